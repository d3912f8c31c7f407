import { dirname } from 'node:path';
import type { SuiteConfig } from '../config/schema.ts';
import type { ConfigPath, LoadedConfig } from '../config/types.ts';
import { HarnessError, HarnessErrorList, isHarnessError } from '../errors.ts';
import { filterTests } from './filter-tests.ts';
import { listServers, planServer } from './plan-server.ts';
import type { ServerEntry } from './plan-server.ts';
import { planTest } from './plan-test.ts';
import { resolveDependencies } from './resolve-dependencies.ts';
import { shardTests } from './shard-tests.ts';
import { suggestName } from '../nearest.ts';
import type { Plan, PlanFilter, PlanOverrides, PlannedServer, PlannedSuite, PlannedTest } from './types.ts';

/**
 * Turns a configuration into everything a run will do: instances of `matrix` and `cases`, servers with their
 * limits, tests in the order of their dependencies, cut down to the filter and the shard. Pure; the plan is
 * plain frozen data.
 * @throws HarnessError or HarnessErrorList: CONFIG_CYCLE, CONFIG_UNKNOWN_REFERENCE, CONFIG_INVALID, and USAGE for a
 *   filter that names nothing. A filter whose kinds exclude each other gives a plan with `testCount` 0.
 */
export function createPlan(
  loaded: LoadedConfig,
  filter: PlanFilter = {},
  overrides: PlanOverrides = {},
): Plan {
  const { config } = loaded;
  const baseDir = dirname(loaded.file);
  const errors: HarnessError[] = [];
  const servers = new ServerTable(loaded, baseDir, overrides);
  const usedIds = new Set<string>();
  const suites: PlannedSuite[] = [];
  for (const [index, suite] of config.test_suites.entries()) {
    const path: ConfigPath = ['test_suites', index];
    const server = attempt(errors, () => servers.nameFor(suite, path));
    const tests: PlannedTest[] = [];
    for (const [testIndex, test] of suite.test_cases.entries()) {
      const testPath = [...path, 'test_cases', testIndex];
      const instances = attempt(errors, () =>
        planTest(test, testPath, { config, suite, locate: loaded.locate, usedIds }),
      );
      if (instances !== undefined) tests.push(...instances);
    }
    suites.push(planSuite(suite, server ?? '', tests, loaded, path));
  }
  suites.sort((a, b) => priorityOf(b, config.test_suites) - priorityOf(a, config.test_suites));
  const resolved = resolveDependencies(suites);
  errors.push(...resolved.errors);
  throwAll(errors);
  const filtered = filterTests(resolved.suites, filter);
  const leftOutTests = countTests(suites) - countTests(filtered.suites);
  const chosen = filter.shard === undefined ? filtered.suites : shardTests(filtered.suites, filter.shard);
  return freezePlan({
    configFile: loaded.file,
    baseDir,
    environment: loaded.environment,
    shard: filter.shard === undefined ? undefined : { index: filter.shard.index, count: filter.shard.count },
    servers: servers.used(chosen),
    suites: markPartial(chosen, suites),
    maxConcurrency: config.global.max_global_concurrency,
    timeoutMs: config.global.global_timeout_seconds * 1000,
    failFast: config.global.fail_fast,
    protocolChecks: config.protocol_checks,
    secrets: [...loaded.secrets],
    testCount: countTests(chosen),
    leftOutTests,
    // What the configuration asks of all its tests, some of them cannot give.
    minCoveragePercent:
      overrides.minCoveragePercent ?? (leftOutTests === 0 ? config.coverage.min_percent : undefined),
    warnings: [...loaded.warnings.map(({ message }) => message), ...filtered.warnings],
  });
}

function countTests(suites: readonly PlannedSuite[]): number {
  return suites.reduce((sum, suite) => sum + suite.tests.length, 0);
}

/** Says of the suites that a filter or shard has cut down that they are not whole. */
function markPartial(chosen: readonly PlannedSuite[], all: readonly PlannedSuite[]): readonly PlannedSuite[] {
  const sizes = new Map(all.map((suite) => [suite.name, suite.tests.length]));
  return chosen.map((suite) =>
    suite.tests.length === sizes.get(suite.name) ? suite : { ...suite, whole: false },
  );
}

function planSuite(
  suite: SuiteConfig,
  server: string,
  tests: readonly PlannedTest[],
  loaded: LoadedConfig,
  path: ConfigPath,
): PlannedSuite {
  return {
    name: suite.name,
    description: suite.description,
    location: loaded.locate([...path, 'name']) ?? loaded.locate(path),
    server,
    dependsOn: suite.depends_on,
    after: [],
    concurrency: suite.parallel_execution ? suite.max_concurrency : 1,
    isolation: suite.isolation,
    timeoutMs: suite.timeout_seconds === undefined ? undefined : suite.timeout_seconds * 1000,
    failFast: suite.fail_fast,
    requiredSuccessRate: suite.required_success_rate,
    setupScript: suite.setup_script,
    teardownScript: suite.teardown_script,
    skipIf: suite.skip_if,
    onlyIf: suite.only_if,
    skipReason: suite.enabled ? undefined : `suite "${suite.name}" is disabled (enabled: false)`,
    retry: suite.retry ?? loaded.config.global.retry,
    variables: { ...loaded.config.variables, ...suite.variables },
    whole: true,
    tests,
  };
}

/** The servers that suites ask for, variants included. */
class ServerTable {
  readonly #loaded: LoadedConfig;
  readonly #baseDir: string;
  readonly #overrides: PlanOverrides;
  readonly #entries: readonly ServerEntry[];
  readonly #planned = new Map<string, PlannedServer>();

  constructor(loaded: LoadedConfig, baseDir: string, overrides: PlanOverrides) {
    this.#overrides = overrides;
    this.#loaded = loaded;
    this.#baseDir = baseDir;
    this.#entries = listServers(loaded.config);
  }

  nameFor(suite: SuiteConfig, path: ConfigPath): string {
    const entry = this.#find(suite, path);
    const own = suite.resource_limits !== undefined || suite.client !== undefined;
    const planned = planServer(
      entry,
      this.#loaded,
      this.#baseDir,
      own ? suite : undefined,
      this.#overrides.protocolVersion,
    );
    this.#planned.set(planned.name, planned);
    return planned.name;
  }

  used(suites: readonly PlannedSuite[]): readonly PlannedServer[] {
    const names = new Set(suites.map((suite) => suite.server));
    return [...this.#planned.values()].filter((server) => names.has(server.name));
  }

  #find(suite: SuiteConfig, path: ConfigPath): ServerEntry {
    const names = this.#entries.map((entry) => entry.name);
    const [first] = this.#entries;
    if (suite.server !== undefined) {
      const entry = this.#entries.find(({ name }) => name === suite.server);
      if (entry !== undefined) return entry;
      throw new HarnessError({
        code: 'CONFIG_UNKNOWN_REFERENCE',
        message: `suite "${suite.name}" wants server "${suite.server}", which does not exist`,
        hint: suggestName(suite.server, names),
        location: this.#loaded.locate([...path, 'server']),
      });
    }
    if (first !== undefined && (this.#entries.length === 1 || first.key === undefined)) return first;
    throw new HarnessError({
      code: 'CONFIG_INVALID',
      message:
        first === undefined
          ? `suite "${suite.name}" has no server to run on`
          : `suite "${suite.name}" does not say which server it runs on`,
      hint:
        first === undefined
          ? 'Describe the server under test in `server` (command, or transport: http with url).'
          : `Give the suite a \`server\`: one of ${names.join(', ')}.`,
      location: this.#loaded.locate(path),
    });
  }
}

function priorityOf(suite: PlannedSuite, configs: readonly SuiteConfig[]): number {
  return configs.find(({ name }) => name === suite.name)?.priority ?? 0;
}

function attempt<T>(errors: HarnessError[], make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    errors.push(error);
    return undefined;
  }
}

function throwAll(errors: readonly HarnessError[]): void {
  const [first, ...rest] = errors;
  if (first === undefined) return;
  throw rest.length === 0 ? first : new HarnessErrorList([first, ...rest]);
}

/** Shallow per object of the plan: the values of the configuration itself are shared with the plan. */
function freezePlan(plan: Plan): Plan {
  for (const suite of plan.suites) {
    for (const test of suite.tests) Object.freeze(test);
    Object.freeze(suite.tests);
    Object.freeze(suite);
  }
  for (const server of plan.servers) Object.freeze(server);
  Object.freeze(plan.suites);
  Object.freeze(plan.servers);
  return Object.freeze(plan);
}
