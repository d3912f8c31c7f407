import type { Expected } from '../assertions/expected.ts';
import type { JsonObject } from '../json.ts';
import type { Plan, PlannedServer, PlannedTest } from '../plan/types.ts';

/** A tool with arguments to call it with. */
export interface BenchmarkTool {
  readonly name: string;
  readonly args: JsonObject;
  /** Default: any answer that is no error. */
  readonly expected?: Expected | undefined;
  /** Why it is not called. */
  readonly skipReason?: string | undefined;
}

/** The suite of {@link planTools}. */
export const toolSuite = 'tools';

/** One call of a tool as a test of its own, without a configuration. */
export function toolTest(
  suite: string,
  { name, args, expected, skipReason }: BenchmarkTool,
  test = name,
): PlannedTest {
  return {
    id: `${suite}/${test}`,
    suite,
    test,
    description: undefined,
    instance: undefined,
    tags: [],
    location: undefined,
    locations: {},
    setup: [],
    steps: [
      {
        name: undefined,
        action: { kind: 'tool', tool: name, args },
        expected,
        expectError: undefined,
        storeAs: undefined,
        timeoutMs: undefined,
        configKey: '',
        storedTemplates: false,
        expressionTemplates: false,
      },
    ],
    cleanup: [],
    iterations: 1,
    concurrency: 1,
    skipReason,
    skipIf: undefined,
    onlyIf: undefined,
    dependsOn: [],
    timeoutMs: undefined,
    retry: undefined,
    retryOptedIn: false,
    performance: undefined,
    variables: {},
  };
}

/** A server without a configuration, as a plan has it. */
export function plainServer(name: string, session: PlannedServer['session']): PlannedServer {
  return {
    name,
    configuredName: name,
    key: undefined,
    session: { ...session, name },
    everyRevision: false,
    autoRestart: false,
    maxRestarts: 0,
    location: undefined,
  };
}

/**
 * Every tool as a benchmark, without a configuration.
 * @param timeoutMs budget of the whole run
 */
export function planTools(
  server: PlannedServer,
  tools: readonly BenchmarkTool[],
  { baseDir, timeoutMs }: { readonly baseDir: string; readonly timeoutMs: number },
): Plan {
  const suite = toolSuite;
  return {
    configFile: undefined,
    baseDir,
    environment: undefined,
    shard: undefined,
    servers: [server],
    suites: [
      {
        name: suite,
        description: undefined,
        location: undefined,
        server: server.name,
        dependsOn: [],
        after: [],
        concurrency: 1,
        isolation: 'suite',
        timeoutMs: undefined,
        failFast: false,
        requiredSuccessRate: 1,
        setupScript: undefined,
        teardownScript: undefined,
        skipIf: undefined,
        onlyIf: undefined,
        skipReason: undefined,
        retry: undefined,
        whole: true,
        tests: tools.map((tool) => toolTest(suite, tool)),
      },
    ],
    maxConcurrency: 1,
    timeoutMs,
    failFast: false,
    protocolChecks: 'warn',
    secrets: [],
    testCount: tools.length,
    leftOutTests: 0,
    warnings: [],
  };
}
