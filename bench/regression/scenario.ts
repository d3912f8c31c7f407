import { fileURLToPath } from 'node:url';
import type { Plan, PlannedServer, PlannedTest } from '../../packages/core/src/plan/types.ts';

/** What is injected into a tool of the head, and how often it must be found. */
export type Injected = 'none' | '+5 %' | '+10 %' | '+25 %' | '-10 %' | 'tail';

const injections: Readonly<Record<Exclude<Injected, 'none'>, object>> = {
  '+5 %': { factor: 1.05 },
  '+10 %': { factor: 1.1 },
  '+25 %': { factor: 1.25 },
  '-10 %': { factor: 0.9 },
  tail: { tailFactor: 3, tailEvery: 10 },
};

/** Of each kind of change, in an A/B run; the other tools stay as they are. */
const toolsOfEachKind = 2;
export const toolCount = 20;

const server = fileURLToPath(new URL('../fixtures/slowable-stdio.ts', import.meta.url));

/** Which tools of the head change in one A/B run. @param order the tools in random order */
export function injectInto(order: readonly number[]): ReadonlyMap<string, Injected> {
  const kinds = Object.keys(injections) as Exclude<Injected, 'none'>[];
  const chosen = kinds.flatMap((kind) => Array.from({ length: toolsOfEachKind }, () => kind));
  return new Map(order.map((tool, place) => [`tool-${tool}`, chosen[place] ?? 'none']));
}

/** How a version of the server is started. */
export function serverWith(changes: ReadonlyMap<string, Injected>): PlannedServer {
  const injected = Object.fromEntries(
    [...changes].flatMap(([tool, kind]) => (kind === 'none' ? [] : [[tool, injections[kind]]])),
  );
  return {
    name: 'slowable',
    configuredName: 'slowable',
    key: undefined,
    everyRevision: false,
    session: {
      transport: 'stdio',
      command: process.execPath,
      args: [server, JSON.stringify(injected)],
      protocolVersion: '2025-11-25',
    },
    autoRestart: false,
    maxRestarts: 0,
    location: undefined,
  };
}

/** Every tool as a benchmark. */
export function planOf(head: PlannedServer): Plan {
  return {
    configFile: undefined,
    baseDir: process.cwd(),
    environment: undefined,
    shard: undefined,
    servers: [head],
    suites: [
      {
        name: 'tools',
        description: undefined,
        location: undefined,
        server: head.name,
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
        tests: Array.from({ length: toolCount }, (_, tool) => planTest(`tool-${tool}`)),
      },
    ],
    maxConcurrency: 1,
    timeoutMs: 3_600_000,
    failFast: false,
    protocolChecks: 'off',
    secrets: [],
    testCount: toolCount,
    leftOutTests: 0,
    warnings: [],
  };
}

function planTest(tool: string): PlannedTest {
  return {
    id: tool,
    suite: 'tools',
    test: tool,
    description: undefined,
    instance: undefined,
    tags: [],
    location: undefined,
    locations: {},
    setup: [],
    steps: [
      {
        name: undefined,
        action: { kind: 'tool', tool, args: {} },
        expected: { text: 'done well' },
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
    skipReason: undefined,
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
