import type {
  Author,
  BaselineComparison,
  BaselineMode,
  BaselineStore,
  FoundParts,
} from '@mcp-test-harness/core/baseline';
import type { BaselineSource, ReportedBaseline } from '@mcp-test-harness/report/job';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  artifactName,
  describeFault,
  type FileSet,
  findBaselineArtifact,
  readFolder,
  type ServiceResult,
  workflowFile,
  writeFolder,
} from './services/index.ts';
import type { Target } from './target.ts';
import type { Workplace } from './workplace.ts';

/** What a run of the Action says of itself when it changes a baseline. */
function author({ event }: Workplace): Author {
  return { by: `GitHub Actions, ${event.workflow}`, reason: event.runUrl, now: Date.now() };
}

/**
 * The baselines of one job: restored before the work, held against what was found, kept for later runs. Only runs of the
 * default branch are kept. Whatever GitHub's services do, the work goes on: without a baseline nothing is compared.
 */
export class JobBaseline {
  readonly #place: Workplace;
  readonly #target: Target;
  readonly #directory: string;
  readonly #notes: string[] = [];
  #source: BaselineSource = 'none';
  #saved = false;

  private constructor(place: Workplace, target: Target) {
    this.#place = place;
    this.#target = target;
    this.#directory =
      place.inputs.baseline === 'file' ? target.settings.directory : join(place.reports, '.baselines');
  }

  static async restore(place: Workplace, target: Target): Promise<JobBaseline> {
    const baseline = new JobBaseline(place, target);
    const { inputs } = place;
    if (inputs.baseline === 'file') baseline.#source = 'file';
    else if (inputs.baseline !== 'none') await place.log.group('Baseline', () => baseline.#restore());
    return baseline;
  }

  /** This run is to be one that others are compared with. */
  get isKept(): boolean {
    const { event, inputs } = this.#place;
    return event.isTrunk && (inputs.baseline === 'cache' || inputs.baseline === 'artifact');
  }

  get isWanted(): boolean {
    return this.#place.inputs.baseline !== 'none';
  }

  /** Contracts are worth asking for: there is something to compare them with, or they are to be kept. */
  get wantsContracts(): boolean {
    return this.isKept || this.#source !== 'none';
  }

  /** Holds what was found against the baselines, and keeps it where that is wanted. */
  async conclude(found: FoundParts, suites: readonly string[]): Promise<readonly BaselineComparison[]> {
    if (!this.isWanted) return [];
    const { event, harness } = this.#place;
    const { RunBaselines, isCutOff } = await import('@mcp-test-harness/core/baseline');
    if (isCutOff(found)) return [];
    const store = await this.#openStore();
    const mode: BaselineMode = this.isKept ? 'update' : 'compare';
    const baselines = await RunBaselines.open({
      mode,
      suites,
      store,
      settings: this.#target.settings,
      failOn: this.#target.failOn,
      // Nobody approves what is restored: what was merged is the measure of what comes after it.
      since: this.#source === 'file' ? 'approved' : 'newest',
      author: () => author(this.#place),
      // What is committed is for its owner to mend; what was restored is only left away.
      ...(this.#source === 'file'
        ? {}
        : { onUnreadable: (error, suite) => this.#discard(store, suite, error.message) }),
    });
    const comparisons = await baselines.conclude(found, {
      commit: event.headSha,
      branch: event.branch,
      contractsTaken: { at: new Date().toISOString(), harnessVersion: harness.version },
    });
    if (mode === 'update') await this.#keep(comparisons);
    return comparisons.map((comparison) => this.#withoutRefusal(comparison));
  }

  /** What the report says of it. */
  describe(comparisons: readonly BaselineComparison[], mergeBase: string | undefined): ReportedBaseline {
    const facts = { wanted: this.isWanted, saved: this.#saved, notes: this.#notes };
    if (mergeBase !== undefined) return { source: 'merge-base', sha: mergeBase, ...facts, wanted: true };
    const against = comparisons.find(({ baseline }) => baseline !== undefined)?.baseline;
    if (against === undefined) return { source: 'none', ...facts };
    return { source: this.#source, sha: against.commit, at: against.at, runs: against.runs, ...facts };
  }

  async #restore(): Promise<void> {
    const { inputs, event, github, log, workflowRef } = this.#place;
    const branches = [...new Set([event.baseBranch, event.defaultBranch])];
    // A run of the default branch goes on from its newest baseline, whichever commit that is of.
    const commits = event.baseSha === undefined || event.isTrunk ? [] : [event.baseSha];
    if (inputs.baseline === 'cache') {
      const restored = await github.cache.restore(this.#place.job, { branches, commits });
      const cached = this.#valueOf(restored);
      if (cached !== undefined) {
        log.line(`from the cache: ${cached.key}`);
        return await this.#take('cache', cached.files);
      }
    }
    // There they have artifacts of another version, which the report says once.
    if (event.isEnterpriseServer) return;
    const api = await github.api();
    if (api === undefined) {
      this.#notes.push('Without a token, artifacts of earlier runs cannot be looked for.');
      return;
    }
    for (const branch of branches) {
      const found = this.#valueOf(
        await findBaselineArtifact(api, {
          scope: this.#place.job,
          workflow: workflowFile(workflowRef),
          branch,
          commits,
        }),
      );
      if (found === undefined) continue;
      log.line(`from the artifact ${found.name} of run ${found.run.id}`);
      return await this.#take('artifact', found.files);
    }
    log.line('none yet');
  }

  async #take(source: BaselineSource, files: FileSet): Promise<void> {
    await writeFolder(this.#directory, files);
    this.#source = source;
  }

  /** The value, or a warning: a fault is never more. */
  #valueOf<T>(result: ServiceResult<T>): T | undefined {
    if (result.ok) return result.value;
    const { fault } = result;
    const { log } = this.#place;
    // Who may not list runs has no baseline from them, which is no fault of anybody: `actions: read` is optional.
    if (fault.reason === 'denied' && fault.service === 'api') log.line(describeFault(fault));
    else log.fault(fault);
    return undefined;
  }

  async #openStore(): Promise<BaselineStore> {
    const { openBaselineStore } = await import('@mcp-test-harness/core/baseline');
    const { retention } = this.#target.settings;
    return await openBaselineStore('file', { directory: this.#directory }, { retention });
  }

  /** A baseline that cannot be read is told and counts as none. */
  async #discard(store: BaselineStore, suite: string, message: string): Promise<void> {
    const { log } = this.#place;
    this.#notes.push(`The baseline of ${suite} could not be read, and was ignored.`);
    log.warning(`The baseline of ${suite} is ignored: ${message.replaceAll(this.#directory, 'baseline')}`);
    const faulty = (await store.list()).filter(({ error }) => error !== undefined);
    for (const { place } of faulty) await rm(dirname(place), { recursive: true, force: true });
  }

  /** For later runs: in the cache, and as an artifact for when the cache has been emptied. */
  async #keep(comparisons: readonly BaselineComparison[]): Promise<void> {
    const kept = comparisons.some(({ action }) => action !== undefined && action.kind !== 'refused');
    if (!kept) return;
    const { inputs, event, github, job, log } = this.#place;
    await log.group('Keeping the baseline', async () => {
      const files = await readFolder(this.#directory);
      if (inputs.baseline === 'cache') {
        const entry = {
          branch: event.branch ?? event.defaultBranch,
          sha: event.headSha,
          runId: event.runId,
          attempt: event.attempt,
        };
        this.#saved = this.#valueOf(await github.cache.save(job, entry, files)) === true;
      }
      if (event.isEnterpriseServer) return;
      const uploaded = this.#valueOf(
        await github.artifacts.upload(artifactName('baseline', job), files, {
          retentionDays: inputs.retentionDays,
        }),
      );
      this.#saved ||= uploaded !== undefined;
    });
  }

  /** Nobody has asked for this run to be a measure: that it is none is worth a note, and no failure. */
  #withoutRefusal(comparison: BaselineComparison): BaselineComparison {
    if (comparison.action?.kind !== 'refused') return comparison;
    this.#notes.push(`This run of ${comparison.suite} was not kept: ${comparison.action.reasons.join('; ')}`);
    return { ...comparison, action: undefined };
  }
}
