import {
  runPlan,
  type Plan,
  type PlannedTest,
  type RunResult,
  type TestResult,
} from '@mcp-test-harness/core';
import { createSnapshotStore } from '@mcp-test-harness/core/assertions';
import { missesCoverage } from '@mcp-test-harness/core/coverage';
import { expect, type TestContext } from 'vitest';
import { describeFinding } from '../describe-finding.ts';
import { describeHarness, isCi } from '../environment.ts';
import { harmlessText } from '../harmless-text.ts';
import { chosenIds } from './chosen-ids.ts';
import { locatedError } from './located-error.ts';
import { ResultBoard } from './result-board.ts';

/**
 * One run of a plan, begun when the first of its Vitest tests is, for exactly those tests that Vitest is going to run. Each
 * of them waits for its result.
 */
export class SuiteRun {
  readonly #plan: Plan;
  readonly #planFor: (names?: readonly string[]) => Plan;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #board = new ResultBoard();
  readonly #stop = new AbortController();
  #finished: Promise<RunResult> | undefined;
  #hasJudgedProtocol = false;

  /** @param planFor gives the plan cut down to tests with these ids */
  constructor(
    plan: Plan,
    planFor: (names?: readonly string[]) => Plan,
    env: Readonly<Record<string, string | undefined>>,
  ) {
    this.#plan = plan;
    this.#planFor = planFor;
    this.#env = env;
  }

  /** What came of a test: one result, or one for each revision of the protocol when it is run under all. */
  async resultsOf(planned: PlannedTest, context: TestContext): Promise<readonly TestResult[]> {
    const finished = this.#begin(context);
    if (this.#hasEveryRevision(planned)) {
      const { suites } = await finished;
      const ids = new Set(suites.flatMap(({ tests }) => tests).map(({ id }) => id));
      return [...ids]
        .filter((id) => withoutRevision(id, planned.suite) === planned.id)
        .map((id) => this.#board.get(id))
        .filter((result) => result !== undefined);
    }
    const result = await this.#board.wait(planned.id, finished);
    return [result];
  }

  async judgeProtocol(context: TestContext): Promise<void> {
    this.#hasJudgedProtocol = true;
    const result = await this.#begin(context);
    const error = protocolError(result);
    if (error !== undefined) throw error;
    const notes = [...result.findings.map((finding) => describeFinding(finding).trim()), ...result.warnings];
    for (const note of notes) await context.annotate(harmlessText(note), 'warning');
  }

  async judgeCoverage(context: TestContext): Promise<void> {
    const { coverage } = await this.#begin(context);
    if (coverage === undefined || !missesCoverage({ coverage })) return;
    const { exercised, listed, minPercent } = coverage;
    const text = `tests use ${exercised} of ${listed} that the servers offer, coverage.min_percent asks for ${minPercent} %`;
    throw locatedError('AssertionError', text, [this.#wholeFile()]);
  }

  /** Waits until every server is gone; tells what no test could: a run that was cut short, or broken rules. */
  async end(): Promise<void> {
    if (this.#finished === undefined) return;
    // Tests that Vitest gave up on (bail, an interruption) need not be finished.
    if (!this.#board.isComplete) this.#stop.abort();
    const result = await this.#finished;
    if (!this.#hasJudgedProtocol) {
      const error = protocolError(result);
      if (error !== undefined) throw error;
    }
    if (this.#stop.signal.aborted || result.verdict === 'passed' || isExplained(result)) return;
    const why = result.incompleteReason ?? `the verdict of the run is "${result.verdict}"`;
    throw locatedError('RunError', why, [this.#wholeFile()]);
  }

  #begin(context: TestContext): Promise<RunResult> {
    context.signal.addEventListener('abort', () => this.#stop.abort(), { once: true });
    return (this.#finished ??= this.#run(context));
  }

  async #run(context: TestContext): Promise<RunResult> {
    const chosen = chosenIds(this.#plan, context.task);
    // Without any of them (`-t` names only what judges the whole run), all are needed.
    const isPart = chosen.length > 0 && chosen.length < this.#plan.testCount;
    const plan = isPart ? this.#planFor(chosen) : this.#plan;
    this.#board.expect(chosen);
    return await runPlan(plan, {
      env: this.#env,
      cwd: process.cwd(),
      harness: describeHarness(),
      signal: this.#stop.signal,
      snapshots: createSnapshotStore({ dir: plan.baseDir, update: updatesSnapshots(), ci: isCi(this.#env) }),
      onEvent: (event) => {
        if (event.type === 'test-end') this.#board.post(event.result);
      },
    });
  }

  #hasEveryRevision({ suite: name }: PlannedTest): boolean {
    const suite = this.#plan.suites.find((one) => one.name === name);
    return this.#plan.servers.some((server) => server.name === suite?.server && server.everyRevision);
  }

  #wholeFile() {
    const file = this.#plan.configFile;
    return { what: 'run', location: file === undefined ? undefined : { file, line: 1, column: 1 } };
  }
}

/** `suite [protocol=2025-11-25]/test` → `suite/test`. */
function withoutRevision(id: string, suite: string): string {
  const instance = /^ \[protocol=[^\]]*\]/.exec(id.slice(suite.length));
  return instance === null || !id.startsWith(suite)
    ? id
    : suite + id.slice(suite.length + instance[0].length);
}

/** A test, or one of those that judge the whole run, has failed too. */
function isExplained(result: RunResult): boolean {
  const { totals, coverage, complete } = result;
  const hasFailures = totals.failed + totals.errored > 0 && complete;
  return hasFailures || protocolError(result) !== undefined || missesCoverage({ coverage });
}

function protocolError({ findings, protocolChecks }: RunResult): Error | undefined {
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (protocolChecks !== 'error' || errors.length === 0) return undefined;
  const head = `the servers broke ${errors.length === 1 ? 'a rule' : `${errors.length} rules`} of the protocol:`;
  return locatedError('ProtocolFindingsError', [head, ...errors.map(describeFinding)].join('\n'), []);
}

/** Vitest's `-u`. */
function updatesSnapshots(): boolean {
  const { snapshotState } = expect.getState() as unknown as { snapshotState?: { _updateSnapshot?: string } };
  return snapshotState?._updateSnapshot === 'all';
}
