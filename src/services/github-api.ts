import { Answer } from './answer.ts';
import type { Attempt, ServiceBudget } from './budget.ts';
import { ServiceError, type ServiceResult } from './fault.ts';

/** `owner/name`, apart. */
export interface Repository {
  readonly owner: string;
  readonly name: string;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly data: unknown;
}

/** What we need of octokit: `octokit.request`. */
export type RequestApi = (
  route: string,
  parameters: Readonly<Record<string, unknown>>,
) => Promise<ApiResponse>;

/** One API call: `GET /repos/{owner}/{repo}/pulls`; owner and repo are filled in. */
export interface ApiCall<T> {
  /** As an infinitive: `list the comments`. */
  readonly what: string;
  readonly route: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Takes what is needed out of the answer. */
  readonly read: (answer: Answer) => T;
}

/** Where GraphQL is asked; GitHub Enterprise Server has it elsewhere than the rest of the API. */
export const graphqlRoute = 'POST /graphql';

/** The most that GitHub gives at once. */
const perPage = 100;

/**
 * The REST API of one repository, within the budget: octokit by itself neither retries nor gives up. What it answers is
 * checked, since a proxy's page in HTML with status 200 is an answer too.
 */
export class GitHubApi {
  readonly repository: Repository;
  readonly #request: RequestApi;
  readonly #budget: ServiceBudget;
  readonly #deadlineMs: number;

  constructor(options: {
    readonly repository: Repository;
    readonly request: RequestApi;
    readonly budget: ServiceBudget;
    /** Of one attempt; 10 s. */
    readonly deadlineMs?: number;
  }) {
    this.repository = options.repository;
    this.#request = options.request;
    this.#budget = options.budget;
    this.#deadlineMs = options.deadlineMs ?? 10_000;
  }

  call<T>({ what, route, parameters = {}, read }: ApiCall<T>): Promise<ServiceResult<T>> {
    return this.#within(what, async (attempt) =>
      read(new Answer((await this.#send(route, parameters, attempt)).data)),
    );
  }

  /**
   * All pages of a list, as far as `limit` goes; `read` gives the items of one page. Pages are asked for by number: the
   * links to the next ones lead to addresses of another form.
   */
  async list<T>({
    what,
    route,
    parameters,
    read,
    limit = 3000,
  }: ApiCall<readonly T[]> & { readonly limit?: number }): Promise<ServiceResult<readonly T[]>> {
    const items: T[] = [];
    for (let page = 1; ; page++) {
      const result = await this.#within(what, async (attempt) => {
        const answer = await this.#send(route, { ...parameters, per_page: perPage, page }, attempt);
        return { items: read(new Answer(answer.data)), isLast: !hasNextPage(answer) };
      });
      if (!result.ok) return result;
      items.push(...result.value.items);
      if (result.value.isLast || items.length >= limit) return { ok: true, value: items.slice(0, limit) };
    }
  }

  /** A file: the answer leads to a storage that sends it. */
  download<T>(call: {
    readonly what: string;
    readonly route: string;
    readonly parameters: Readonly<Record<string, unknown>>;
    readonly limitBytes: number;
    readonly read: (bytes: Uint8Array) => T;
  }): Promise<ServiceResult<T>> {
    const { what, route, parameters, limitBytes, read } = call;
    return this.#within(
      what,
      async (attempt) => {
        const { data } = await this.#send(route, parameters, attempt, { parseSuccessResponseBody: false });
        return read(await readBounded(data, limitBytes));
      },
      { deadlineMs: this.#deadlineMs * 2 },
    );
  }

  #within<T>(
    what: string,
    run: (attempt: Attempt) => Promise<T>,
    options: { readonly deadlineMs?: number } = {},
  ): Promise<ServiceResult<T>> {
    const deadlineMs = options.deadlineMs ?? this.#deadlineMs;
    return this.#budget.call({ service: 'api', what, deadlineMs, run });
  }

  #send(
    route: string,
    parameters: Readonly<Record<string, unknown>>,
    { signal }: Attempt,
    request: Readonly<Record<string, unknown>> = {},
  ): Promise<ApiResponse> {
    const { owner, name } = this.repository;
    const place = route.includes('{owner}') ? { owner, repo: name } : {};
    return this.#request(route, { ...place, ...parameters, request: { ...request, signal } });
  }
}

/**
 * The API with a token. `@actions/github` is loaded here and not before, since loading it takes most of a start-up.
 *
 * @param baseUrl GITHUB_API_URL
 */
export async function connectApi(options: {
  readonly token: string;
  readonly repository: Repository;
  readonly budget: ServiceBudget;
  readonly baseUrl: string;
}): Promise<GitHubApi> {
  const { getOctokit } = await import('@actions/github');
  const { token, repository, budget, baseUrl } = options;
  const octokit = getOctokit(token, { baseUrl });
  const graphqlUrl = `${baseUrl.replace(/\/api\/v3\/?$/, '/api')}/graphql`;
  return new GitHubApi({
    repository,
    budget,
    request: (route, parameters) =>
      octokit.request(route === graphqlRoute ? `POST ${graphqlUrl}` : route, parameters),
  });
}

function hasNextPage({ headers }: ApiResponse): boolean {
  return typeof headers['link'] === 'string' && headers['link'].includes('rel="next"');
}

async function readBounded(body: unknown, limitBytes: number): Promise<Uint8Array> {
  if (!isByteStream(body)) throw new ServiceError('malformed', 'the download is empty', { transient: true });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > limitBytes)
      throw new ServiceError('hostile', `the download is larger than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function isByteStream(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}
