/** Carries runs out in processes of their own, and leaves nothing of them behind. */
import { defaultBaselineSettings } from '@mcp-test-harness/core/baseline';
import { cleanText } from '@mcp-test-harness/core/clean-text';
import { errorCodes, HarnessError, type ErrorCode } from '@mcp-test-harness/core/errors';
import { filterPlan } from '@mcp-test-harness/core/plan';
import { residentBytesOf } from '@mcp-test-harness/core/process';
import { systemClock, type Clock } from '../clock/index.ts';
import type { Logger } from '../logging/define.ts';
import type { MemoryFigures } from '../routes/define.ts';
import { createScrubber, type Encryptor } from '../secrets/index.ts';
import type { ServiceSettings } from '../settings/define.ts';
import type { Claim, JsonValue, RunResult } from '../store/index.ts';
import type { ExecutedRun, RunSummary } from './define.ts';
import { heartbeatMs, type MessageFromRun, type RunJob } from './messages.ts';
import { readRequest } from './request.ts';
import { ReportWriter } from './report-writer.ts';
import { RunProcesses, type RunProcess } from './run-processes.ts';
import { serverEnvironment } from './server-environment.ts';
import { shortLine } from './summarise/limits.ts';
import { boundNotes } from './summarise/comparisons.ts';

export interface RunExecutorSettings {
  /** Asked at the beginning of each run. */
  readonly settings: () => ServiceSettings;
  /** Reports are sealed before they are stored; undefined: they are stored as they are. */
  readonly encryptor?: Encryptor | undefined;
  readonly log: Logger;
  /** Of the harness, for reports. */
  readonly version: string;
  /** Of the service; see `serverEnvironment` for what of it goes on. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock | undefined;
  /** How long a run that is to end may take to tell what it has found. */
  readonly stopGraceMs?: number | undefined;
}

export interface RunExecutor {
  /**
   * Carries a claimed run out; to be given to a worker. When the signal is aborted the run ends, what it has found is
   * written, and this rejects with CANCELLED; a run that was whole by then is a result.
   * @throws HarnessError when it could not be carried out
   */
  execute(claim: Claim, signal: AbortSignal): Promise<Execution>;
  /** What goes on now. */
  active(): readonly ActiveRun[];
  /** Of the servers under test that run now. */
  memory(): Promise<MemoryFigures['servers']>;
  /** Ends the processes that wait for another run. What goes on is not cut off by it. */
  close(): Promise<void>;
}

export interface Execution {
  /** For the store. */
  readonly result: RunResult;
  /** For the metrics. */
  readonly executed: ExecutedRun;
}

export interface ActiveRun {
  readonly runId: string;
  /** Of the process that carries it out. */
  readonly pid: number;
  /** Those that were started so far; some may have ended. */
  readonly servers: readonly { readonly name: string; readonly pid: number }[];
}

const defaultStopGraceMs = 10_000;
/** A process that has said nothing for so many beats hangs. Beats of this process are counted, not the time: it may have slept. */
const silentBeats = 12;
/** The bodies of summaries in the store are bounded; of suites there may be many. */
const mostStoredSuites = 400;
/** Of a run with more servers the first are forgotten. */
const mostServers = 1000;

export function createRunExecutor(options: RunExecutorSettings): RunExecutor {
  const { clock = systemClock } = options;
  const active = new Map<string, RunInProcess>();
  const processes = new RunProcesses({ env: serverEnvironment(options.env), clock });
  return {
    execute: async (claim, signal) => {
      const run = new RunInProcess(claim, options, processes);
      active.set(run.key, run);
      try {
        return await run.execute(signal);
      } finally {
        active.delete(run.key);
      }
    },
    active: () => [...active.values()].flatMap((run) => run.describe() ?? []),
    memory: async () => {
      const servers = [...active.values()].flatMap((run) => {
        const described = run.describe();
        return (described?.servers ?? []).map((one) => ({ ...one, runId: described?.runId ?? '' }));
      });
      const bytes = await residentBytesOf(servers.map(({ pid }) => pid));
      return servers.flatMap(({ name, pid, runId }) => {
        const rssBytes = bytes.get(pid);
        return rssBytes === undefined ? [] : [{ server: name, runId, pid, rssBytes }];
      });
    },
    close: () => processes.close(),
  };
}

/** What a run's process has said so far. */
interface Heard {
  readonly samples: ExecutedRun['samples'][number][];
  last: Extract<MessageFromRun, { readonly type: 'done' | 'failed' }> | undefined;
}

class RunInProcess {
  readonly key: string;
  readonly #claim: Claim;
  readonly #options: RunExecutorSettings;
  readonly #processes: RunProcesses;
  readonly #clock: Clock;
  readonly #servers = new Map<number, string>();
  #process: RunProcess | undefined;
  #quietBeats = 0;
  #isSilent = false;

  constructor(claim: Claim, options: RunExecutorSettings, processes: RunProcesses) {
    this.#claim = claim;
    this.#processes = processes;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.key = `${claim.run.id} ${claim.attempt}`;
  }

  describe(): ActiveRun | undefined {
    if (this.#process === undefined) return undefined;
    const servers = [...this.#servers].map(([pid, name]) => ({ name, pid }));
    return { runId: this.#claim.run.id, pid: this.#process.pid, servers };
  }

  async execute(signal: AbortSignal): Promise<Execution> {
    const settings = this.#options.settings();
    const job = makeJob(this.#claim, settings, this.#options);
    const reportPath = reportPathOf(this.#claim, this.#clock.now());
    const { encryptor } = this.#options;
    const reports = new ReportWriter({
      outputDir: settings.reporting.outputDir,
      reportPath,
      encryptor,
    });
    throwIfStopped(signal);
    const heard = await this.#converse(job, reports, signal);
    const scrub = createScrubber([...settings.secrets, ...settings.plan.secrets]).text;
    const { last } = heard;
    if (last?.type === 'failed')
      throw new HarnessError({ code: toErrorCode(last.code), message: scrub(last.message) });
    if (last === undefined) throw signal.aborted && !this.#isSilent ? cancelled() : this.#crash(scrub);
    const { written, problems } = await reports.finish();
    for (const error of problems)
      this.#options.log.error('report withheld', { runId: this.#claim.run.id, error });
    if (last.interrupted) throw cancelled();
    const notes = problems.map(({ message }) => `a report is withheld: ${scrub(message)}`);
    const summary: RunSummary = {
      ...last.summary,
      notes: boundNotes([...notes, ...last.summary.notes]),
      reports: written,
    };
    return {
      result: {
        verdict: summary.verdict,
        summary: toStored(summary),
        ...(written.length === 0 ? {} : { reportPath }),
      },
      executed: { summary, samples: heard.samples, reportPath },
    };
  }

  /** Gives the job to a process and hears it out. Unless it ended well it is gone, with all that it had started, when this resolves. */
  async #converse(job: RunJob, reports: ReportWriter, signal: AbortSignal): Promise<Heard> {
    const process = await this.#processes.take();
    this.#process = process;
    const ended = new AbortController();
    const onAbort = (): void => void this.#endGracefully(process, ended.signal);
    const heard: Heard = { samples: [], last: undefined };
    try {
      process.tell({ type: 'run', job });
      void this.#watchSilence(process, ended.signal);
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
      await this.#listen(process, reports, heard);
    } finally {
      signal.removeEventListener('abort', onAbort);
      ended.abort();
      if (heard.last?.type === 'done' && !signal.aborted) await this.#processes.giveBack(process);
      else await process.stop();
    }
    return heard;
  }

  async #listen(process: RunProcess, reports: ReportWriter, heard: Heard): Promise<void> {
    try {
      for (;;) {
        const message = await process.hear();
        this.#quietBeats = 0;
        switch (message?.type) {
          case 'alive':
            break;
          case 'server':
            this.#noteServer(message.name, message.pid);
            break;
          case 'report':
            reports.add(message.name, message.text);
            break;
          case 'samples': {
            const { suite, server, timesMs } = message;
            heard.samples.push({ suite, server, timesMs });
            break;
          }
          case 'done':
          case 'failed':
            heard.last = message;
            return;
          case undefined:
            return;
        }
      }
    } catch (error) {
      // What is no message is as good as none: the run counts as crashed.
      this.#options.log.warn('the process of a run said something else', {
        runId: this.#claim.run.id,
        error,
      });
    }
  }

  #noteServer(name: string, pid: number): void {
    this.#servers.set(pid, name);
    const [oldest] = this.#servers.keys();
    if (this.#servers.size > mostServers && oldest !== undefined) this.#servers.delete(oldest);
  }

  async #endGracefully(process: RunProcess, ended: AbortSignal): Promise<void> {
    process.tell({ type: 'stop' });
    await this.#clock.sleep(this.#options.stopGraceMs ?? defaultStopGraceMs, ended);
    if (!ended.aborted) await process.stop();
  }

  async #watchSilence(process: RunProcess, ended: AbortSignal): Promise<void> {
    while (!ended.aborted) {
      await this.#clock.sleep(heartbeatMs, ended);
      if (ended.aborted) return;
      this.#quietBeats += 1;
      if (this.#quietBeats < silentBeats) continue;
      this.#isSilent = true;
      await process.stop();
      return;
    }
  }

  #crash(scrub: (text: string) => string): HarnessError {
    const exit = this.#process?.exitInfo;
    const how = this.#isSilent
      ? `had said nothing for ${(silentBeats * heartbeatMs) / 1000} s and was killed`
      : exit?.signal != null
        ? `was ended by ${exit.signal}`
        : `exited with code ${exit?.exitCode ?? 'unknown'}`;
    const words = shortLine(scrub(lastWords(this.#process?.stderrTail() ?? '')), 2000);
    return new HarnessError({
      code: 'INTERNAL',
      message: `the process of the run ${how} before it had answered${words === '' ? '' : `; its last words: ${words}`}`,
      hint: 'SIGKILL is what a system without memory does: see its log, and resource_limits.max_memory_mb.',
    });
  }
}

function makeJob(claim: Claim, settings: ServiceSettings, options: RunExecutorSettings): RunJob {
  const { run } = claim;
  const { kind, suites } = readRequest(run.request);
  const plan = filterPlan(settings.plan, { suites });
  if (plan.testCount === 0)
    throw new HarnessError({
      code: 'USAGE',
      message: `${settings.file} holds no tests`,
      hint: 'See what there is with `mcp-test-harness list`.',
    });
  const { baselineDir, failOn } = settings;
  return {
    kind,
    plan: { ...plan, secrets: [...new Set([...plan.secrets, ...settings.secrets])] },
    env: serverEnvironment(options.env),
    baselines: settings.baselines ?? { ...defaultBaselineSettings(baselineDir), policy: failOn },
    formats: settings.reporting.formats,
    harnessVersion: options.version,
    withholdsBodies: options.encryptor !== undefined,
    author: { by: 'mcp-test-harness service', reason: `run ${run.id}` },
  };
}

/** `runs/2026-11-26/<run>-a<attempt>`: no two attempts share a folder. */
function reportPathOf({ run, attempt }: Claim, now: number): string {
  return `runs/${new Date(now).toISOString().slice(0, 10)}/${run.id}-a${attempt}`;
}

function throwIfStopped(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled();
}

function cancelled(): HarnessError {
  return new HarnessError({ code: 'CANCELLED', message: 'the run was stopped before it had ended' });
}

function lastWords(stderr: string): string {
  return cleanText(stderr).trim().split('\n').slice(-10).join('\n');
}

function toErrorCode(code: string): ErrorCode {
  return code in errorCodes ? (code as ErrorCode) : 'INTERNAL';
}

/** As the store keeps it: bounded, those first that did not pass. */
function toStored(summary: RunSummary): JsonValue {
  const { suites } = summary;
  const isBad = ({ failed, errored }: RunSummary['suites'][number]): number => (failed + errored > 0 ? 0 : 1);
  const kept =
    suites.length <= mostStoredSuites
      ? suites
      : suites.toSorted((one, other) => isBad(one) - isBad(other)).slice(0, mostStoredSuites);
  return JSON.parse(JSON.stringify({ ...summary, suites: kept })) as JsonValue;
}
