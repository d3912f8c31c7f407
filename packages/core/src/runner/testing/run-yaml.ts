import { join } from 'node:path';
import { loadConfig } from '../../config/index.ts';
import { writeFiles } from '../../config/testing/temporary-files.ts';
import { createPlan } from '../../plan/index.ts';
import type { Plan, PlanFilter } from '../../plan/index.ts';
import type { RunEvent } from '../events.ts';
import type { RunResult, SuiteResult, TestResult } from '../result.ts';
import type { RunOptions } from '../run-options.ts';
import { runPlan } from '../run-plan.ts';
import { FakeServers } from './fake-servers.ts';
import type { FakeServer } from './fake-servers.ts';
import { ManualClock } from './manual-clock.ts';

interface YamlOptions {
  readonly filter?: PlanFilter;
  /** The environment: of `${NAME}`, and of the run. */
  readonly env?: Readonly<Record<string, string>>;
  /** Beside the configuration, by path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Uses the plan of a configuration as a user would write it, without `server`: that is added. */
export async function withPlan<T>(
  yaml: string,
  { filter, env = {}, files = {} }: YamlOptions,
  use: (plan: Plan) => T,
): Promise<Awaited<T>> {
  const main = /^servers?:/m.test(yaml) ? yaml : `server: { command: fake }\n${yaml}`;
  const written = writeFiles({ ...files, 'main.yaml': main });
  try {
    const loaded = await loadConfig({ file: join(written.directory, 'main.yaml'), env });
    return await use(createPlan(loaded, filter));
  } finally {
    written.remove();
  }
}

export interface YamlRunOptions extends YamlOptions, Partial<Omit<RunOptions, 'env'>> {
  /** By name; the one `server` is called `server`. */
  readonly servers?: Readonly<Record<string, FakeServer>>;
  /** Sees each event before it is kept. */
  readonly watch?: (event: RunEvent, clock: ManualClock) => void;
  /** Changes the plan before it runs. */
  readonly edit?: (plan: Plan) => Plan;
}

/** What came of a run, and what there was to see meanwhile. */
export interface YamlRun {
  readonly result: RunResult;
  readonly events: readonly RunEvent[];
  readonly servers: FakeServers;
  readonly clock: ManualClock;
  /** The result of a test by `suite/test` or, in the only suite, `test`. */
  readonly test: (id: string) => TestResult;
  readonly suite: (name: string) => SuiteResult;
  /** `test: outcome`, in the order of the plan. */
  readonly outcomes: readonly string[];
}

/** Plans and runs a configuration on fake servers. Pauses before repetitions take no time. */
export async function runYaml(yaml: string, options: YamlRunOptions = {}): Promise<YamlRun> {
  const { servers: scripts, watch, edit = (plan) => plan, filter, env, files, ...more } = options;
  const clock = (more.clock as ManualClock | undefined) ?? new ManualClock();
  const servers = new FakeServers(clock, scripts);
  const events: RunEvent[] = [];
  const result = await withPlan(
    yaml,
    { ...(filter && { filter }), ...(env && { env }), ...(files && { files }) },
    (plan) =>
      runPlan(edit(plan), {
        env: env ?? {},
        harness: { version: '0.0.0', node: 'v24', platform: 'test' },
        snapshots: noSnapshots,
        connect: servers.connect,
        clock,
        // Tests look at every request that a server gets.
        coverage: false,
        random: () => 0.5,
        ...more,
        onEvent: (event) => {
          events.push(event);
          watch?.(event, clock);
          if (event.type === 'test-retry') setImmediate(() => clock.advance(event.delayMs));
          return more.onEvent?.(event);
        },
      }),
  );
  const tests = result.suites.flatMap((suite) => suite.tests);
  return {
    result,
    events,
    servers,
    clock,
    test: (id) => oneOf(tests, id, (test) => [test.id, test.test]),
    suite: (name) => oneOf(result.suites, name, (suite) => [suite.name]),
    outcomes: tests.map((test) => `${test.test}: ${test.outcome}`),
  };
}

function oneOf<T>(items: readonly T[], name: string, namesOf: (item: T) => readonly string[]): T {
  const found = items.find((item) => namesOf(item).includes(name));
  if (found === undefined) throw new Error(`there is no ${name} among ${items.flatMap(namesOf).join(', ')}`);
  return found;
}

const noSnapshots: RunOptions['snapshots'] = {
  mode: 'never',
  read: () => Promise.resolve(undefined),
  write: () => Promise.resolve(),
};
