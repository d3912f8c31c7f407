import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config/index.ts';
import { writeFiles } from '../config/testing/temporary-files.ts';
import type { HarnessError, HarnessErrorList } from '../errors.ts';
import { createPlan } from './create-plan.ts';
import type { Plan, PlanFilter, PlannedTest } from './types.ts';

async function plan(yaml: string, filter?: PlanFilter, env: Record<string, string> = {}): Promise<Plan> {
  const main = /^servers?:/m.test(yaml) ? yaml : `server: { command: node server.js }\n${yaml}`;
  const written = writeFiles({ 'main.yaml': main });
  try {
    return createPlan(await loadConfig({ file: join(written.directory, 'main.yaml'), env }), filter);
  } finally {
    written.remove();
  }
}

const testsOf = ({ suites }: Plan): readonly PlannedTest[] => suites.flatMap((suite) => suite.tests);
const idsOf = (planned: Plan): readonly string[] => testsOf(planned).map((test) => test.id);
const refused = async (promise: Promise<Plan>): Promise<HarnessError> =>
  promise.then(
    () => {
      throw new Error('was not refused');
    },
    (error: unknown) => error as HarnessError,
  );

describe('the order of a plan', () => {
  it('puts suites of a higher priority first, others as they stand', async () => {
    const { suites } = await plan(`
test_suites:
  - { name: a, test_cases: [{ id: t, method: ping }] }
  - { name: b, priority: 5, test_cases: [{ id: t, method: ping }] }
  - { name: c, test_cases: [{ id: t, method: ping }] }
`);
    expect(suites.map((suite) => suite.name)).toEqual(['b', 'a', 'c']);
  });

  it('puts what is depended on first, whatever its priority', async () => {
    const { suites } = await plan(`
test_suites:
  - name: a
    priority: 9
    test_cases:
      - { id: second, method: ping, depends_on: [first] }
      - { id: first, method: ping, depends_on: [b/t] }
  - { name: b, test_cases: [{ id: t, method: ping }] }
`);
    expect(suites.map(({ name, after, tests }) => [name, after, tests.map((test) => test.test)])).toEqual([
      ['b', [], ['t']],
      ['a', ['b'], ['first', 'second']],
    ]);
  });

  it('resolves a name to the test of the same suite, to suite/test, to a suite, or to all instances', async () => {
    const planned = await plan(`
test_suites:
  - name: a
    test_cases:
      - { id: b, method: ping }
      - { id: each, method: ping, matrix: { n: [1, 2] } }
      - { id: last, method: ping, depends_on: [b, each, b/t, other] }
  - { name: b, test_cases: [{ id: t, method: ping }] }
  - { name: other, test_cases: [{ id: t, method: ping }] }
`);
    expect(testsOf(planned).find((test) => test.test === 'last')?.dependsOn).toEqual([
      'a/b',
      'a/each [n=1]',
      'a/each [n=2]',
      'b/t',
      'other',
    ]);
  });

  it('resolves the name of one instance, in its suite and from another', async () => {
    const planned = await plan(`
test_suites:
  - name: a
    test_cases:
      - { id: each, method: ping, matrix: { n: [1, 2] } }
      - { id: last, method: ping, depends_on: ["each [n=2]"] }
  - { name: b, test_cases: [{ id: t, method: ping, depends_on: ["a/each [n=1]"] }] }
`);
    const dependsOn = testsOf(planned).map((test) => test.dependsOn);
    expect(dependsOn.slice(-2)).toEqual([['a/each [n=2]'], ['a/each [n=1]']]);
  });

  it.each(['each [n=3]', 'plain [n=1]', 'a [n=1]'])('refuses %s, which no test is called', async (name) => {
    const error = await refused(
      plan(`
test_suites:
  - name: a
    test_cases:
      - { id: each, method: ping, matrix: { n: [1, 2] } }
      - { id: plain, method: ping }
      - { id: last, method: ping, depends_on: ["${name}"] }
`),
    );
    expect(error).toMatchObject({ code: 'CONFIG_UNKNOWN_REFERENCE', location: { line: 8 } });
  });

  it.each([
    [
      'tests',
      `
test_suites:
  - name: a
    test_cases:
      - { id: x, method: ping, depends_on: [y] }
      - { id: y, method: ping, depends_on: [z] }
      - { id: z, method: ping, depends_on: [x] }
`,
      'tests depend on each other: a/x → a/y → a/z → a/x',
    ],
    [
      'suites',
      `
test_suites:
  - { name: a, depends_on: [b], test_cases: [{ id: t, method: ping }] }
  - { name: b, depends_on: [a], test_cases: [{ id: t, method: ping }] }
`,
      'suites depend on each other: a → b → a',
    ],
    [
      'suites through a test',
      `
test_suites:
  - { name: a, depends_on: [b], test_cases: [{ id: t, method: ping }] }
  - { name: b, test_cases: [{ id: t, method: ping, depends_on: [a/t] }] }
`,
      'suites depend on each other: a → b → a',
    ],
    [
      'a test and its own suite',
      `
test_suites:
  - { name: a, test_cases: [{ id: t, method: ping, depends_on: [a] }] }
`,
      'suites depend on each other: a → a',
    ],
  ])('reports a cycle of %s, with its place', async (_what, yaml, message) => {
    const error = await refused(plan(yaml));
    expect(error).toMatchObject({ code: 'CONFIG_CYCLE', message });
    expect(error.location?.line).toBeGreaterThan(1);
  });

  it('reports all cycles together', async () => {
    const error = await refused(
      plan(`
test_suites:
  - name: a
    test_cases:
      - { id: x, method: ping, depends_on: [y] }
      - { id: y, method: ping, depends_on: [x] }
  - name: b
    test_cases:
      - { id: x, method: ping, depends_on: [y] }
      - { id: y, method: ping, depends_on: [x] }
`),
    );
    expect((error as HarnessErrorList).errors.map(({ message }) => message)).toEqual([
      'tests depend on each other: a/x → a/y → a/x',
      'tests depend on each other: b/x → b/y → b/x',
    ]);
  });
});

describe('instances', () => {
  it('are tests of their own, with their values in name, arguments, expectations and variables', async () => {
    const [first, second] = testsOf(
      await plan(`
test_suites:
  - name: a
    variables: { kept: 1 }
    test_cases:
      - id: add
        tool_name: add
        description: adds \${x}
        input_params: { n: "\${x}", label: "n is \${x}", kept: "\${kept}" }
        expected: { text: "\${x}" }
        cases: [{ x: 5 }, { x: [1] }]
`),
    );
    expect(first).toMatchObject({
      id: 'a/add [x=5]',
      test: 'add',
      description: 'adds 5',
      instance: { x: 5 },
      steps: [{ action: { kind: 'tool', tool: 'add', args: { n: 5, label: 'n is 5', kept: 1 } } }],
      variables: { kept: 1, x: 5 },
    });
    expect(second).toMatchObject({
      id: 'a/add [x=[1]]',
      steps: [{ action: { args: { n: [1], label: 'n is [1]' } } }],
    });
  });

  it('whose names would be equal are numbered', async () => {
    const long = 'x'.repeat(100);
    const ids = idsOf(
      await plan(`
test_suites:
  - name: a
    test_cases:
      - { id: t, method: ping, matrix: { v: [${long}1, ${long}2] } }
`),
    );
    expect(ids[1]).toBe(`${ids[0]} #2`);
  });

  it('leave to the runner what steps store, and literal text alone', async () => {
    const [test] = testsOf(
      await plan(`
test_suites:
  - name: a
    test_cases:
      - id: t
        matrix: { x: [1] }
        steps:
          - { tool_name: make, store_result_as: made }
          - { tool_name: use, input_params: { id: "\${made.json.id}", x: "\${x}", literal: "$\${x}" } }
`),
    );
    expect(test?.steps[1]).toMatchObject({
      storedTemplates: true,
      // Still escaped, for the pass that is to come.
      action: { args: { id: '${made.json.id}', x: 1, literal: '$${x}' } },
    });
  });
});

describe('a step', () => {
  it('is a tool call, a request, raw bytes, or waiting', async () => {
    const [test] = testsOf(
      await plan(`
test_suites:
  - name: a
    test_cases:
      - id: t
        setup_steps: [{ tool_name: tools/list }]
        steps:
          - { tool_name: echo }
          - { method: resources/read, params: { uri: "a:b" }, timeout_override_seconds: 2, name: reading }
          - { raw: "{" }
          - { wait_for_notification: notifications/message }
        cleanup_steps: [{ tool_name: echo, expect_error: true }]
`),
    );
    expect(test?.setup.map((step) => step.action)).toEqual([
      { kind: 'request', method: 'tools/list', params: undefined },
    ]);
    expect(test?.steps.map((step) => step.action)).toEqual([
      { kind: 'tool', tool: 'echo', args: {} },
      { kind: 'request', method: 'resources/read', params: { uri: 'a:b' } },
      { kind: 'raw', text: '{' },
      { kind: 'wait', notification: 'notifications/message' },
    ]);
    expect(test?.steps[1]).toMatchObject({ name: 'reading', timeoutMs: 2000, configKey: 'steps[1]' });
    expect(test?.cleanup[0]).toMatchObject({ expectError: { any: true }, configKey: 'cleanup_steps[0]' });
  });

  it('keeps the time limit of a test apart from that of its only step', async () => {
    const [test] = testsOf(
      await plan(`
test_suites:
  - { name: a, test_cases: [{ id: t, method: ping, timeout_override_seconds: 2 }] }
`),
    );
    expect(test).toMatchObject({ timeoutMs: 2000, steps: [{ timeoutMs: undefined }] });
  });

  it('knows where its expectations stand', async () => {
    const [test] = testsOf(
      await plan(`test_suites:
  - name: a
    test_cases:
      - id: t
        steps:
          - tool_name: echo
            expected:
              text: x
`),
    );
    expect(test?.location?.line).toBe(5);
    expect(test?.locations['steps[0].expected.text']?.line).toBe(9);
  });
});

describe('what a test inherits', () => {
  it('takes tags and variables of its suite, and the nearest retry', async () => {
    const planned = await plan(`
global: { retry: { max_retries: 1 } }
variables: { a: 1, b: 1, c: 1 }
test_suites:
  - name: s
    tags: [slow, x]
    variables: { b: 2, c: 2 }
    retry: { max_retries: 2 }
    test_cases:
      - { id: own, method: ping, tags: [x, y], variables: { c: 3 }, retry: { max_retries: 3 } }
      - { id: suite, method: ping }
  - { name: t, test_cases: [{ id: global, method: ping }] }
`);
    const [own, ofSuite, ofGlobal] = testsOf(planned);
    expect(own).toMatchObject({
      tags: ['slow', 'x', 'y'],
      variables: { a: 1, b: 2, c: 3 },
      retryOptedIn: true,
    });
    expect([own, ofSuite, ofGlobal].map((test) => test?.retry?.max_retries)).toEqual([3, 2, 1]);
    expect(ofSuite?.retryOptedIn).toBe(false);
    expect(planned.suites[0]?.variables).toEqual({ a: 1, b: 2, c: 2 });
  });

  it('is skipped with its suite, and never has more iterations at once than there are', async () => {
    const planned = await plan(`
test_suites:
  - { name: off, enabled: false, test_cases: [{ id: t, method: ping }] }
  - name: on
    parallel_execution: false
    test_cases:
      - { id: t, method: ping, enabled: false }
      - { id: u, method: ping, iterations: 2, concurrency: 9 }
`);
    expect(testsOf(planned).map((test) => test.skipReason)).toEqual([
      'suite "off" is disabled (enabled: false)',
      'disabled (enabled: false)',
      undefined,
    ]);
    expect(testsOf(planned)[2]).toMatchObject({ iterations: 2, concurrency: 2 });
    expect(planned.suites[1]?.concurrency).toBe(1);
  });
});

describe('servers', () => {
  it('are planned when a chosen suite runs on them, with the limits of global, server and suite merged', async () => {
    const yaml = `
global: { resource_limits: { max_memory_mb: 1, max_cpu_seconds: 1, max_open_files: 10 } }
servers:
  one: { command: node "my server.js" --x, resource_limits: { max_cpu_seconds: 2 }, working_dir: sub }
  two: { transport: http, url: "http://localhost:1/mcp", auto_restart: false }
  unused: { command: x }
test_suites:
  - { name: a, server: one, test_cases: [{ id: t, method: ping }] }
  - { name: b, server: one, resource_limits: { max_open_files: 30, max_disk_usage_mb: 5, max_network_connections: 7 }, test_cases: [{ id: t, method: ping }] }
  - { name: c, server: two, test_cases: [{ id: t, method: ping }] }
`;
    const planned = await plan(yaml);
    expect(planned.servers.map(({ name, key }) => [name, key])).toEqual([
      ['one', 'one'],
      ['one (b)', 'one'],
      ['two', 'two'],
    ]);
    const [one, variant, two] = planned.servers;
    expect(one?.session).toMatchObject({
      command: 'node',
      args: ['my server.js', '--x'],
      cwd: join(planned.baseDir, 'sub'),
      limits: { maxMemoryMb: 1, maxCpuSeconds: 2, maxOpenFiles: 10 },
    });
    expect(variant?.session).toMatchObject({
      name: 'one (b)',
      limits: { maxOpenFiles: 30, maxCpuSeconds: 2, maxDiskUsageMb: 5, maxNetworkConnections: 7 },
    });
    expect(two).toMatchObject({
      autoRestart: false,
      session: { transport: 'http', url: 'http://localhost:1/mcp' },
    });
    expect((await plan(yaml, { suites: ['c'] })).servers.map(({ name }) => name)).toEqual(['two']);
  });

  it('of a url are planned with certificates and connections', async () => {
    const suites = `
test_suites:
  - { name: a, server: one, test_cases: [{ id: t, method: ping }] }
  - { name: b, server: two, test_cases: [{ id: t, method: ping }] }
  - { name: c, server: three, test_cases: [{ id: t, method: ping }] }`;
    const planned = await plan(`
servers:
  one:
    transport: sse
    url: https://example.test/sse
    tls: { ca: /pki/ca.pem, verify: false }
    connection_timeout_seconds: 7
    connection_pool: { max_connections: 20, idle_timeout_seconds: 300, keepalive_enabled: false }
  two: { transport: http, url: "http://example.test/mcp", connection_pool: { connection_timeout_seconds: 3 } }
  three: { transport: websocket, url: "wss://example.test/mcp", tls: { cert: /c.pem, key: /k.pem } }
${suites}`);
    expect(planned.servers.map(({ session }) => session)).toMatchObject([
      {
        transport: 'sse',
        url: 'https://example.test/sse',
        tls: { ca: '/pki/ca.pem', verify: false },
        connectTimeoutMs: 7000,
        pool: { maxConnections: 20, idleTimeoutMs: 300_000, keepAlive: false },
      },
      { transport: 'http', connectTimeoutMs: 3000, pool: { keepAlive: true } },
      {
        transport: 'websocket',
        connectTimeoutMs: 30_000,
        tls: { cert: '/c.pem', key: '/k.pem', verify: true },
      },
    ]);
    expect(planned.servers[2]?.session).not.toHaveProperty('pool');
    expect(planned.warnings.join()).toContain('servers.one.tls.verify: any certificate is taken');
  });

  it('do not validate when protocol_checks is off', async () => {
    const suites = 'test_suites: [{ name: a, test_cases: [{ id: t, method: ping }] }]';
    expect((await plan(`protocol_checks: off\n${suites}`)).servers[0]?.session.validate).toBe(false);
    expect((await plan(suites)).servers[0]?.session.validate).toBe(true);
  });
});

describe('a plan cut down', () => {
  const yaml = `
test_suites:
  - name: a
    test_cases:
      - { id: x, method: ping, tags: [fast] }
      - { id: y, method: ping }
  - { name: b, test_cases: [{ id: x, method: ping, tags: [fast] }] }
`;

  it('says which of its suites are no longer whole', async () => {
    const planned = await plan(yaml, { tags: ['fast'] });
    expect(planned.testCount).toBe(2);
    expect(planned.suites.map(({ name, whole }) => [name, whole])).toEqual([
      ['a', false],
      ['b', true],
    ]);
  });

  it('to a share of what the filter left over', async () => {
    const shares = await Promise.all(
      [1, 2].map((index) => plan(yaml, { tags: ['fast'], shard: { index, count: 2 } })),
    );
    expect(shares.map(idsOf)).toEqual([['a/x'], ['b/x']]);
    expect(shares[0]?.shard).toEqual({ index: 1, count: 2 });
  });

  it('warns of tests that were added', async () => {
    const { warnings } = await plan(
      `
test_suites:
  - name: a
    test_cases:
      - { id: x, method: ping }
      - { id: y, method: ping, depends_on: [x] }
`,
      { names: ['y'] },
    );
    expect(warnings).toEqual(['also run, since the chosen tests depend on it: a/x']);
  });
});

describe('the plan as a value', () => {
  const yaml = `
test_suites:
  - name: a
    test_cases:
      - { id: t, tool_name: echo, input_params: { token: "\${TOKEN}" }, matrix: { x: [1, 2] } }
`;

  it('is frozen, plain JSON, and the same each time', async () => {
    const planned = await plan(yaml, {}, { TOKEN: 'hunter22' });
    expect(Object.isFrozen(planned)).toBe(true);
    for (const test of testsOf(planned)) expect(Object.isFrozen(test)).toBe(true);
    for (const server of planned.servers) expect(Object.isFrozen(server)).toBe(true);
    expect(JSON.parse(JSON.stringify(planned))).toEqual(JSON.parse(JSON.stringify(structuredClone(planned))));
  });

  it('carries the secrets to mask', async () => {
    expect((await plan(yaml, {}, { TOKEN: 'hunter22' })).secrets).toEqual(['hunter22']);
  });
});
