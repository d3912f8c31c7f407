import { join } from 'node:path';
import type { ServiceBudget } from './budget.ts';
import {
  baselineCacheKey,
  type BaselineEntry,
  type BaselineScope,
  parseBaselineCacheKey,
  restorePrefixes,
} from './cache-key.ts';
import { classifyError } from './classify-error.ts';
import { failure, ServiceError, type ServiceResult } from './fault.ts';
import { type FileLimits, type FileSet, readFolder, removeFolder, writeFolder } from './file-set.ts';
import { type LogOutput, readToolkitLog } from './toolkit-log.ts';

/** What we need of `@actions/cache`. */
export interface CacheClient {
  isFeatureAvailable(): boolean;
  restoreCache(
    paths: string[],
    primaryKey: string,
    restoreKeys?: string[],
    options?: { readonly segmentTimeoutInMs?: number; readonly timeoutInMs?: number },
  ): Promise<string | undefined>;
  saveCache(paths: string[], key: string): Promise<number>;
}

/** A baseline from the cache: files that anybody with write access may have made. */
export interface CachedBaseline {
  readonly key: string;
  readonly entry: BaselineEntry | undefined;
  readonly files: FileSet;
}

/**
 * The folder that is archived, within the workspace. The version of a cache is a hash of this very text: with another
 * one no baseline of old is found. It is there only while it is archived or unpacked.
 */
export const cachedFolder = '.mcp-test-harness-cache';

/** A stalled download is given up after this; by default it takes ten minutes. */
const segmentTimeoutMs = 5000;
const deadlineMs = 20_000;

/** Baselines in the cache of GitHub Actions. */
export class BaselineCache {
  readonly #budget: ServiceBudget;
  readonly #workspace: string;
  readonly #load: () => Promise<CacheClient>;
  readonly #output: LogOutput;
  readonly #limits: FileLimits | undefined;
  /** A restore that was given up and still runs: it may unpack its files at any time. */
  #pending: Promise<unknown> | undefined;

  constructor(options: {
    readonly budget: ServiceBudget;
    /** GITHUB_WORKSPACE: archives are relative to it. */
    readonly workspace: string;
    readonly load?: () => Promise<CacheClient>;
    readonly output?: LogOutput;
    readonly limits?: FileLimits;
  }) {
    this.#budget = options.budget;
    this.#workspace = options.workspace;
    this.#load = options.load ?? (() => import('@actions/cache'));
    this.#output = options.output ?? process.stdout;
    this.#limits = options.limits;
  }

  /**
   * The newest baseline of the commit, else of the first of the branches that has one; undefined when there is none.
   * What has been unpacked is removed again.
   */
  restore(
    scope: BaselineScope,
    wanted: { readonly branches: readonly string[]; readonly commits?: readonly string[] },
  ): Promise<ServiceResult<CachedBaseline | undefined>> {
    const what = 'restore the baseline from the cache';
    const [primary, ...others] = restorePrefixes(scope, wanted.branches, wanted.commits ?? []);
    return this.#call(what, (client, problems) => {
      const work = (async () => {
        await removeFolder(this.#folder);
        const key = await client.restoreCache([cachedFolder], primary, others, {
          segmentTimeoutInMs: segmentTimeoutMs,
          timeoutInMs: deadlineMs,
        });
        throwProblem(problems, 'restore');
        if (key === undefined) return undefined;
        return { key, entry: parseBaselineCacheKey(key), files: await this.#take() };
      })();
      this.#pending = work.catch(() => undefined).finally(() => (this.#pending = undefined));
      return work;
    });
  }

  /**
   * Saves a baseline under a key that nobody has used; `false` when it is there already. Only for runs of the default
   * branch itself: what a pull request saves is found first by its next run, which would compare with itself.
   */
  async save(scope: BaselineScope, entry: BaselineEntry, files: FileSet): Promise<ServiceResult<boolean>> {
    const what = 'save the baseline in the cache';
    if (this.#pending !== undefined)
      return failure('cache', what, 'skipped', 'the restore before it still hangs');
    return await this.#call(what, async (client, problems, tries) => {
      try {
        await writeFolder(this.#folder, files);
        const id = await client.saveCache([cachedFolder], baselineCacheKey(scope, entry, tries));
        if (id !== -1) return true;
        if (problems.some((problem) => /\(409\)|already exists/i.test(problem))) return false;
        throwProblem(problems, 'save');
        throw new ServiceError('unavailable', 'it was not saved, and nothing said why');
      } finally {
        await removeFolder(this.#folder);
      }
    });
  }

  get #folder(): string {
    return join(this.#workspace, cachedFolder);
  }

  async #take(): Promise<FileSet> {
    try {
      return await readFolder(this.#folder, this.#limits);
    } catch (error) {
      throw new ServiceError('hostile', `what the cache holds is refused: ${(error as Error).message}`);
    } finally {
      await removeFolder(this.#folder);
    }
  }

  async #call<T>(
    what: string,
    run: (client: CacheClient, problems: readonly string[], tries: number) => Promise<T>,
  ): Promise<ServiceResult<T>> {
    return await this.#budget.call({
      service: 'cache',
      what,
      deadlineMs,
      unstoppable: true,
      run: async ({ number }) => {
        const client = await this.#load();
        if (!client.isFeatureAvailable())
          throw new ServiceError('unsupported', 'there is no cache service here');
        return await readToolkitLog(({ problems }) => run(client, problems, number), this.#output);
      },
    });
  }
}

/**
 * The toolkit says of every refused reservation that another job may be creating this cache; why it was refused stands
 * in what it says before that.
 */
function throwProblem(problems: readonly string[], about: 'restore' | 'save'): void {
  const ours = problems.filter((text) =>
    about === 'restore' ? /^(Failed to|Cache) restore/.test(text) : !/^(Failed to|Cache) restore/.test(text),
  );
  const problem =
    ours.find((text) => text.startsWith('Failed to reserve')) ??
    ours.find((text) => /^(Failed to|Cache) (restore|save)/.test(text)) ??
    ours[0];
  if (problem === undefined) return;
  if (/^Cache (restore|save) skipped/.test(problem)) throw new ServiceError('denied', problem);
  const wait = /rate limit will reset in (\d+) seconds/.exec(problems.join('\n'))?.[1];
  const { reason, message, retryable } = classifyError(
    new Error(problem.replace(/^Failed to (?:restore|save|reserve cache):\s*(?:Error: )?/, '')),
    0,
  );
  throw new ServiceError(reason, message, {
    // The toolkit itself tries several times, where that may help.
    transient: retryable && !/after \d+ attempts/.test(problem),
    retryAfterMs: wait === undefined ? undefined : Number(wait) * 1000,
  });
}
