import { describe, expect, it } from 'vitest';
import { runYaml } from './testing/run-yaml.ts';
import type { YamlRun } from './testing/run-yaml.ts';

const many = (count: number): string =>
  `[${Array.from({ length: count }, (_, index) => `{ id: t${index}, tool_name: echo }`).join(', ')}]`;
const begun = ({ events }: YamlRun): readonly string[] =>
  events.flatMap((event) => (event.type === 'test-start' ? [event.id] : []));

describe('parallel tests', () => {
  it.each([
    ['as many as max_concurrency of their suite', 'max_concurrency: 3', 8, 3],
    ['one with parallel_execution: false', 'parallel_execution: false', 8, 1],
    ['as many as max_global_concurrency', 'max_concurrency: 9', 2, 2],
  ])('are %s', async (_what, config, global, most) => {
    const { servers, result } = await runYaml(`
global: { max_global_concurrency: ${global} }
test_suites: [{ name: core, ${config}, test_cases: ${many(12)} }]
`);
    expect(servers.mostInFlight).toBe(most);
    expect(result.totals.passed).toBe(12);
  });

  it('are as many as max_global_concurrency over all suites', async () => {
    const { servers, result } = await runYaml(`
global: { max_global_concurrency: 3 }
test_suites:
  - { name: a, test_cases: ${many(6)} }
  - { name: b, test_cases: ${many(6)} }
  - { name: c, isolation: test, test_cases: ${many(6)} }
  - { name: d, isolation: run, test_cases: ${many(6)} }
  - { name: e, isolation: run, test_cases: ${many(6)} }
`);
    expect(servers.mostInFlight).toBe(3);
    expect(result.totals.passed).toBe(30);
  });

  it('are reported in the order of the plan, whichever ends first', async () => {
    const { outcomes, events } = await runYaml(`
test_suites:
  - name: core
    test_cases:
      - { id: long, tool_name: echo, iterations: 5 }
      - { id: short, tool_name: echo }
`);
    const ended = events.flatMap((event) => (event.type === 'test-end' ? [event.result.test] : []));
    expect(ended).toEqual(['short', 'long']);
    expect(outcomes).toEqual(['long: passed', 'short: passed']);
  });
});

describe('isolation', () => {
  const log = async (isolation: string): Promise<readonly string[]> => {
    const { servers } = await runYaml(`
test_suites:
  - { name: a, isolation: ${isolation}, parallel_execution: false, test_cases: ${many(2)} }
  - { name: b, isolation: ${isolation}, depends_on: [a], test_cases: ${many(1)} }
`);
    expect(servers.open).toBe(0);
    return servers.log.map((line) => line.replace(/ ?server:? ?/, ''));
  };

  it.each([
    ['suite', ['start', 'echo', 'echo', 'end', 'start', 'echo', 'end']],
    ['run', ['start', 'echo', 'echo', 'echo', 'end']],
    ['test', ['start', 'echo', 'end', 'start', 'echo', 'end', 'start', 'echo', 'end']],
  ])('%s', async (isolation, expected) => {
    expect(await log(isolation)).toEqual(expected);
  });

  it('gives a suite with limits of its own a server of its own, also when others share one', async () => {
    const { result } = await runYaml(`
test_suites:
  - { name: a, isolation: run, test_cases: ${many(1)} }
  - { name: b, isolation: run, resource_limits: { max_memory_mb: 64 }, test_cases: ${many(1)} }
`);
    expect(result.servers.map((server) => server.name).toSorted()).toEqual(['server', 'server (b)']);
  });

  it('starts a server only when a test needs it', async () => {
    const { servers } = await runYaml(`
test_suites:
  - name: core
    isolation: run
    test_cases:
      - { id: disabled, tool_name: echo, enabled: false }
      - { id: elsewhere, tool_name: echo, only_if: "env.NIGHTLY == 'yes'" }
`);
    expect(servers.starts).toBe(0);
  });

  it('hands the environment of the run to a server, below its own', async () => {
    const { servers } = await runYaml(
      `
server: { command: x, env: { B: server } }
test_suites: [{ name: core, test_cases: ${many(1)} }]
`,
      { env: { A: 'run', B: 'run' } },
    );
    expect(servers.sessions[0]?.options).toMatchObject({ env: { A: 'run', B: 'server' } });
  });
});

describe('depends_on', () => {
  it('waits, and skips with the reason, through all that follows', async () => {
    const run = await runYaml(`
test_suites:
  - name: later
    depends_on: [first]
    priority: 9
    test_cases: [{ id: t, tool_name: echo }]
  - name: first
    test_cases:
      - { id: c, tool_name: echo, depends_on: [b] }
      - { id: b, tool_name: echo, depends_on: [a] }
      - { id: a, tool_name: echo, expected: { text: other } }
      - { id: fine, tool_name: echo }
  - { name: last, test_cases: [{ id: t, tool_name: echo, depends_on: [later] }, { id: u, tool_name: echo, depends_on: [first/fine] }] }
`);
    expect(begun(run)).toEqual(['first/a', 'first/fine', 'last/u']);
    expect(['first/b', 'first/c', 'later/t', 'last/t'].map((id) => run.test(id).skipReason)).toEqual([
      'depends on first/a, which failed',
      'depends on first/b, which was skipped',
      'depends on first, which failed',
      'depends on later, which was skipped',
    ]);
    expect(run.test('later/t').skipCause).toBe('dependency');
    expect(run.suite('later').outcome).toBe('skipped');
    expect(run.result).toMatchObject({ verdict: 'failed', totals: { passed: 2, failed: 1, skipped: 4 } });
  });

  it('wants every instance of a test', async () => {
    const { test } = await runYaml(`
test_suites:
  - name: core
    test_cases:
      - { id: each, tool_name: echo, input_params: { message: "\${m}" }, expected: { text: a }, cases: [{ m: a }, { m: b }] }
      - { id: after, tool_name: echo, depends_on: [each] }
`);
    expect(test('after').skipReason).toBe('depends on core/each [m=b], which failed');
  });

  it('is content with a flaky test and a tolerant suite', async () => {
    const { test } = await runYaml(`
test_suites:
  - name: tolerant
    required_success_rate: 0.5
    test_cases: [{ id: a, tool_name: echo }, { id: b, tool_name: echo, expected: { text: other } }]
  - { name: after, depends_on: [tolerant], test_cases: [{ id: t, tool_name: echo }] }
`);
    expect(test('after/t').outcome).toBe('passed');
  });
});

describe('fail_fast', () => {
  const tests = `
      - { id: a, tool_name: echo, expected: { text: other } }
      - { id: b, tool_name: echo }
`;

  it('of a suite skips the rest of the suite', async () => {
    const { outcomes, test, suite } = await runYaml(`
test_suites:
  - name: fast
    fail_fast: true
    parallel_execution: false
    required_success_rate: 0
    test_cases: ${tests}
  - { name: other, test_cases: [{ id: c, tool_name: echo }] }
`);
    expect(outcomes).toEqual(['a: failed', 'b: skipped', 'c: passed']);
    expect(test('b')).toMatchObject({ skipCause: 'fail-fast', skipReason: 'fail_fast: fast/a did not pass' });
    expect(suite('fast').outcome).toBe('failed');
  });

  it('of the run skips the rest of the run, which is complete all the same', async () => {
    const { outcomes, result } = await runYaml(`
global: { fail_fast: true }
test_suites:
  - name: fast
    parallel_execution: false
    test_cases: ${tests}
  - { name: other, test_cases: [{ id: c, tool_name: echo, depends_on: [fast/b] }] }
`);
    expect(outcomes).toEqual(['a: failed', 'b: skipped', 'c: skipped']);
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 1, complete: true });
  });

  it('of the run makes it fail, also when the suite tolerates the failure', async () => {
    const { result, suite } = await runYaml(`
global: { fail_fast: true, max_global_concurrency: 1 }
test_suites:
  - name: tolerant
    required_success_rate: 0
    test_cases: [{ id: a, tool_name: echo, expected: { text: other } }]
  - { name: other, test_cases: [{ id: c, tool_name: echo }] }
`);
    expect(suite('tolerant').outcome).toBe('passed');
    expect(suite('other').outcome).toBe('skipped');
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 1 });
  });

  it('lets what is under way finish', async () => {
    const { outcomes } = await runYaml(`
test_suites:
  - name: fast
    fail_fast: true
    max_concurrency: 2
    test_cases:
      - { id: a, tool_name: echo, expected: { text: other } }
      - { id: under-way, tool_name: echo, iterations: 9 }
      - { id: waiting, tool_name: echo }
`);
    expect(outcomes).toEqual(['a: failed', 'under-way: passed', 'waiting: skipped']);
  });
});

describe('skip_if and only_if', () => {
  it('are judged without a server when they do not ask for one', async () => {
    const { outcomes, test, servers } = await runYaml(
      `
variables: { level: 3 }
test_suites:
  - name: core
    test_cases:
      - { id: skipped, tool_name: echo, skip_if: "env.CI == 'true'" }
      - { id: not-skipped, method: ping, skip_if: "env.CI == 'false'", only_if: "variables.level > 2" }
      - { id: not-only, tool_name: echo, only_if: "variables.level > 5", variables: { level: 4 } }
`,
      { env: { CI: 'true' } },
    );
    expect(outcomes).toEqual(['skipped: skipped', 'not-skipped: passed', 'not-only: skipped']);
    expect(test('skipped')).toMatchObject({
      skipCause: 'condition',
      skipReason: `skip_if: env.CI == 'true'`,
    });
    expect(test('not-only').skipReason).toBe('only_if: variables.level > 5');
    expect(servers.log).toEqual(['start server', 'server: ping', 'end server']);
  });

  it('may ask what the server can do', async () => {
    const { outcomes } = await runYaml(
      `
test_suites:
  - name: core
    test_cases:
      - { id: tools, tool_name: echo, only_if: server.capabilities.tools }
      - { id: prompts, tool_name: echo, only_if: server.capabilities.prompts }
      - { id: name, tool_name: echo, skip_if: "server.info.name == 'fake'" }
      - { id: revision, tool_name: echo, only_if: "protocol_version == '2025-11-25'" }
  - { name: suite, only_if: server.capabilities.prompts, test_cases: [{ id: not-run, tool_name: echo }] }
`,
    );
    expect(outcomes).toEqual([
      'tools: passed',
      'prompts: skipped',
      'name: skipped',
      'revision: passed',
      'not-run: skipped',
    ]);
  });

  it.each(['suite', 'run', 'test'])(
    'of a suite, with isolation: %s, leave no server open',
    async (isolation) => {
      const { outcomes, servers } = await runYaml(`
test_suites:
  - name: core
    isolation: ${isolation}
    skip_if: "!server.capabilities.prompts"
    test_cases: [{ id: t, tool_name: echo }]
`);
      expect(outcomes).toEqual(['t: skipped']);
      expect(servers.log).toEqual(['start server', 'end server']);
    },
  );

  it('of a suite see the variables of the suite, not those of its first test', async () => {
    const { outcomes } = await runYaml(`
variables: { a: 1, b: 1 }
test_suites:
  - name: core
    variables: { b: 2 }
    only_if: variables.a == 1 && variables.b == 2
    test_cases:
      - { id: t, tool_name: echo, variables: { a: 9, b: 9 } }
`);
    expect(outcomes).toEqual(['t: passed']);
  });

  it('make tests errored when the server that they ask for does not start', async () => {
    const { test, result } = await runYaml(
      `
test_suites:
  - { name: core, skip_if: server.capabilities.prompts, test_cases: [{ id: t, tool_name: echo }] }
`,
      {
        servers: {
          server: {
            start: () => {
              throw new Error('spawn failed');
            },
          },
        },
      },
    );
    expect(test('t')).toMatchObject({ outcome: 'errored', error: { message: 'spawn failed' } });
    expect(result.exitCode).toBe(3);
  });
});
