import {
  createPlan,
  loadConfig,
  type Plan,
  type PlanFilter,
  type PlannedSuite,
  type PlannedTest,
  type ProtocolChecks,
  type ProtocolVersion,
} from '@mcp-test-harness/core';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, test, type TestContext } from 'vitest';
import { readEnvironment } from '../environment.ts';
import { careForOrphans } from '../orphan-care.ts';
import { configError } from './config-error.ts';
import { reportTest } from './report-test.ts';
import { SuiteRun } from './suite-run.ts';

/** What is run of a configuration, and how. */
export interface DescribeSuiteOptions {
  /** Entry of `environments`. */
  readonly environment?: string | undefined;
  /** Values over those of the file, `key.path=value`, as `--set` of the command line. */
  readonly set?: readonly string[] | undefined;
  /** Suites by name; default all. */
  readonly suites?: readonly string[] | undefined;
  /** Tests by name (`test` or `suite/test`), or globs with `*`. */
  readonly tests?: readonly string[] | undefined;
  /** Tags; `!tag` excludes. */
  readonly tags?: readonly string[] | undefined;
  /** What every server is asked for, whatever the file says. */
  readonly protocolVersion?: ProtocolVersion | undefined;
  /** `protocol_checks` of the file: what a broken MUST of the protocol does. */
  readonly protocolChecks?: ProtocolChecks | undefined;
  /** Variables that the file may name and servers inherit; default those of this process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Turns the suites of a YAML file into Vitest tests, one for each test and each instance of its matrix. The file is run as
 * `mcp-test-harness test` runs it: its order, parallelism, retries and limits are its own, and so are the words of a
 * failure, whose stack leads to the line of the YAML. Vitest's `-t`, `-u` and bail work; its retries and timeouts are off
 * for these tests.
 * @param file path; relative to the working directory, or a `file:` URL such as `new URL('./suite.yaml', import.meta.url)`
 */
export function describeSuite(file: string | URL, options: DescribeSuiteOptions = {}): void {
  const path = file instanceof URL ? fileURLToPath(file) : file;
  careForOrphans();
  describe(basename(path), async () => {
    const { plan, load } = await readPlan(path, options);
    const run = new SuiteRun(plan, load, options.env ?? readEnvironment());
    for (const suite of plan.suites) describeOne(suite, run);
    if (plan.protocolChecks !== 'off') {
      test('the servers keep to the protocol', untimed, (context) => run.judgeProtocol(context));
    }
    if (plan.minCoveragePercent !== undefined) {
      const title = `tests use ${plan.minCoveragePercent} % of what the servers offer`;
      test(title, untimed, (context) => run.judgeCoverage(context));
    }
    afterAll(() => run.end(), 0);
  });
}

/** A run has its own limits and retries. */
const untimed = { timeout: 0, retry: 0 };

function describeOne(suite: PlannedSuite, run: SuiteRun): void {
  describe(suite.name, () => {
    for (const planned of suite.tests) {
      test(nameOf(planned), untimed, async (context) => await perform(planned, run, context));
    }
  });
}

async function perform(planned: PlannedTest, run: SuiteRun, context: TestContext): Promise<void> {
  if (planned.skipReason !== undefined) context.skip(planned.skipReason);
  await reportTest(planned, await run.resultsOf(planned, context), context);
}

/** As in the ids of results, without the suite. */
function nameOf({ id, suite }: PlannedTest): string {
  return id.slice(suite.length + 1);
}

/** The plan, and how to cut it down to some tests. */
async function readPlan(
  path: string,
  options: DescribeSuiteOptions,
): Promise<{ readonly plan: Plan; readonly load: (names?: readonly string[]) => Plan }> {
  const { environment, set = [], protocolChecks, env = readEnvironment() } = options;
  try {
    const loaded = await loadConfig({
      file: resolve(path),
      env,
      environment,
      set: protocolChecks === undefined ? set : [...set, `protocol_checks=${protocolChecks}`],
    });
    const filter: PlanFilter = { suites: options.suites, names: options.tests, tags: options.tags };
    const load = (names?: readonly string[]) =>
      createPlan(loaded, names === undefined ? filter : { names }, {
        protocolVersion: options.protocolVersion,
      });
    return { plan: load(), load };
  } catch (error) {
    throw configError(error);
  }
}
