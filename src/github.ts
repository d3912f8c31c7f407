import type { EventContext } from './event.ts';
import { Artifacts, BaselineCache, connectApi, type GitHubApi, ServiceBudget } from './services/index.ts';

interface GitHubOptions {
  readonly event: EventContext;
  readonly token: string;
  /** GITHUB_API_URL. */
  readonly apiUrl: string;
  /** GITHUB_WORKSPACE. */
  readonly workspace: string;
  /** RUNNER_TEMP. */
  readonly temporary: string;
}

/** GitHub's services for one job: each made when it is first asked for, all within one budget. */
export class GitHub {
  readonly #budget = new ServiceBudget();
  readonly #options: GitHubOptions;
  #api: Promise<GitHubApi> | undefined;
  #artifacts: Artifacts | undefined;
  #cache: BaselineCache | undefined;

  constructor(options: GitHubOptions) {
    this.#options = options;
  }

  /** Requests that were given up while they still ran. */
  get abandoned(): number {
    return this.#budget.abandoned;
  }

  /** Undefined without a token. */
  async api(): Promise<GitHubApi | undefined> {
    const { event, token, apiUrl } = this.#options;
    if (token === '') return undefined;
    const { owner, repo } = event.repository;
    this.#api ??= connectApi({
      token,
      repository: { owner, name: repo },
      budget: this.#budget,
      baseUrl: apiUrl,
    });
    return await this.#api;
  }

  get artifacts(): Artifacts {
    const { event, temporary } = this.#options;
    this.#artifacts ??= new Artifacts({
      budget: this.#budget,
      temporaryFolder: temporary,
      serverUrl: event.serverUrl,
      runUrl: event.runUrl,
    });
    return this.#artifacts;
  }

  get cache(): BaselineCache {
    this.#cache ??= new BaselineCache({ budget: this.#budget, workspace: this.#options.workspace });
    return this.#cache;
  }
}
