import { describe, expect, it } from 'vitest';
import { ManualClock } from './testing/manual-clock.ts';
import { runYaml } from './testing/run-yaml.ts';

describe('the time of a request', () => {
  it('is that of its step, else of its server', async () => {
    const { test, clock } = await runYaml(`
server: { command: x, request_timeout_seconds: 3 }
test_suites:
  - name: core
    parallel_execution: false
    test_cases:
      - { id: default, tool_name: hang }
      - { id: own, steps: [{ tool_name: hang, timeout_override_seconds: 1 }] }
`);
    expect(test('default').error).toMatchObject({
      kind: 'timeout',
      message: 'no answer to tools/call within 3000 ms',
    });
    expect(test('own').error?.message).toBe('steps[0]: no answer to tools/call within 1000 ms');
    expect(clock.nowMs()).toBe(4000);
  });

  it('shows what was sent', async () => {
    const { test } = await runYaml(`
test_suites: [{ name: core, test_cases: [{ id: silent, tool_name: hang }] }]
`);
    expect(test('silent')).toMatchObject({
      exchanges: [{ request: expect.stringContaining('hang'), response: undefined }],
      reproduce: expect.stringContaining('--tool hang'),
    });
  });
});

describe('the time of a test', () => {
  it('is shared by its steps', async () => {
    const { test, clock } = await runYaml(`
test_suites:
  - name: core
    test_cases:
      - id: slow
        timeout_override_seconds: 5
        steps:
          - { tool_name: slow, input_params: { ms: 3000 } }
          - { tool_name: slow, input_params: { ms: 3000 } }
`);
    expect(test('slow')).toMatchObject({ outcome: 'errored', durationMs: 5000 });
    expect(test('slow').error).toMatchObject({
      kind: 'timeout',
      message: 'steps[1]: the test used up its 5 s: no answer to tools/call within 2000 ms',
    });
    expect(clock.nowMs()).toBe(5000);
  });

  it('is told apart from the time of a step', async () => {
    const { test } = await runYaml(`
test_suites:
  - name: core
    test_cases:
      - id: step-is-shorter
        timeout_override_seconds: 9
        steps: [{ tool_name: hang, timeout_override_seconds: 2 }]
      - id: less-is-left
        timeout_override_seconds: 9
        steps:
          - { tool_name: slow, input_params: { ms: 8000 } }
          - { tool_name: hang, timeout_override_seconds: 2 }
`);
    expect(test('step-is-shorter').error?.message).toBe('steps[0]: no answer to tools/call within 2000 ms');
    expect(test('less-is-left').error?.message).toMatch(/^steps\[1\]: the test used up its 9 s: /);
  });

  it('may be longer than that of a request', async () => {
    const { outcomes } = await runYaml(`
server: { command: x, request_timeout_seconds: 3 }
test_suites:
  - name: core
    test_cases:
      - { id: patient, tool_name: slow, input_params: { ms: 8000 }, timeout_override_seconds: 10 }
`);
    expect(outcomes).toEqual(['patient: passed']);
  });

  it('leaves nothing for a step that comes too late, and its cleanup alone', async () => {
    const { test, servers } = await runYaml(`
test_suites:
  - name: core
    test_cases:
      - id: slow
        timeout_override_seconds: 1
        steps: [{ tool_name: slow, input_params: { ms: 1000 } }, { tool_name: echo }]
        cleanup_steps: [{ tool_name: slow, input_params: { ms: 7000 } }]
`);
    expect(test('slow').error?.message).toBe(
      'steps[1]: the test used up its 1 s: no time was left for this step',
    );
    expect(test('slow').warnings).toEqual([]);
    expect(servers.log.filter((line) => line === 'server: slow')).toHaveLength(2);
  });
});

describe('the time of a suite', () => {
  it('cuts off what runs and keeps the rest from beginning, in this suite alone', async () => {
    const { outcomes, test, suite, result } = await runYaml(`
test_suites:
  - name: slow
    parallel_execution: false
    timeout_seconds: 5
    test_cases:
      - { id: done, tool_name: echo }
      - { id: cut, tool_name: hang }
      - { id: late, tool_name: echo }
  - { name: other, depends_on: [], priority: -1, test_cases: [{ id: fine, tool_name: echo }] }
`);
    expect(outcomes).toEqual(['done: passed', 'cut: errored', 'late: skipped', 'fine: passed']);
    expect(test('cut').error).toMatchObject({
      kind: 'timeout',
      message: 'cut off: the suite "slow" used up its 5 s',
    });
    expect(test('late')).toMatchObject({
      skipCause: 'timeout',
      skipReason: 'the suite "slow" used up its 5 s',
    });
    expect(suite('slow').outcome).toBe('errored');
    expect(result).toMatchObject({ complete: true, verdict: 'errored', exitCode: 1 });
  });

  it('does not wait for the start of a server that others share', async () => {
    const clock = new ManualClock();
    const { promise: started, resolve: ready } = Promise.withResolvers<void>();
    const { test } = await runYaml(
      `
test_suites:
  - { name: hasty, isolation: run, timeout_seconds: 1, test_cases: [{ id: cut, tool_name: echo }] }
  - { name: patient, isolation: run, test_cases: [{ id: fine, tool_name: echo }] }
`,
      {
        clock,
        servers: {
          server: {
            start: () => {
              clock.advance(2000);
              return started;
            },
          },
        },
        watch: (event) => {
          if (event.type === 'test-end') ready();
        },
      },
    );
    expect(test('cut')).toMatchObject({
      durationMs: 2000,
      error: { message: 'cut off: the suite "hasty" used up its 1 s' },
    });
    expect(test('fine').outcome).toBe('passed');
  });
});

describe('the time of a run', () => {
  it('cuts everything off and makes the result incomplete', async () => {
    const { outcomes, test, result, clock } = await runYaml(`
global: { global_timeout_seconds: 10 }
test_suites:
  - { name: a, test_cases: [{ id: cut, tool_name: hang }] }
  - { name: b, depends_on: [a], test_cases: [{ id: late, tool_name: echo }] }
`);
    expect(outcomes).toEqual(['cut: errored', 'late: skipped']);
    expect(test('late')).toMatchObject({ skipCause: 'timeout', skipReason: 'the run used up its 10 s' });
    expect(result).toMatchObject({
      complete: false,
      incompleteReason: 'the run used up its 10 s',
      verdict: 'errored',
      exitCode: 1,
    });
    expect(clock.nowMs()).toBe(10_000);
  });

  it('is not used up by ending servers', async () => {
    const { result } = await runYaml(
      `
global: { global_timeout_seconds: 10 }
test_suites: [{ name: a, isolation: run, test_cases: [{ id: t, tool_name: echo }] }]
`,
      {
        watch: (event, clock) => {
          if (event.type === 'server-end') clock.advance(60_000);
        },
      },
    );
    expect(result).toMatchObject({ complete: true, exitCode: 0 });
  });
});

describe('the duration of a test', () => {
  it('is that of its attempts, without starting and ending its server', async () => {
    const { test } = await runYaml(
      `
test_suites:
  - name: core
    isolation: test
    test_cases: [{ id: t, tool_name: slow, input_params: { ms: 250 } }]
`,
      {
        watch: (event, clock) => {
          if (event.type === 'server-start' || event.type === 'server-end') clock.advance(4000);
        },
      },
    );
    expect(test('t')).toMatchObject({ durationMs: 250, requestDurationsMs: [250] });
  });
});

describe('performance limits', () => {
  it('fail a test whose answers are right but late, at their key', async () => {
    const { test } = await runYaml(`test_suites:
  - name: core
    test_cases:
      - id: late
        tool_name: slow
        input_params: { ms: 250 }
        performance:
          max_execution_time_ms: 200
`);
    expect(test('late')).toMatchObject({
      outcome: 'failed',
      failures: [
        {
          message: 'expected every answer within 200 ms, the request took 250 ms',
          location: { line: 9 },
        },
      ],
    });
  });

  it('judge percentiles over the iterations, and say when these are too few', async () => {
    const { test } = await runYaml(`
test_suites:
  - name: core
    parallel_execution: false
    test_cases:
      - { id: enough, tool_name: slow, input_params: { ms: 2 }, iterations: 60, performance: { percentiles: { p95: 2 } } }
      - { id: few, tool_name: slow, input_params: { ms: 2 }, iterations: 59, performance: { percentiles: { p95: 2 } } }
`);
    expect(test('enough').outcome).toBe('passed');
    expect(test('few').failures.map((failure) => failure.message)).toEqual([
      'not enough samples for p95: it needs 60 requests, there were 59; raise iterations',
    ]);
  });

  it('judge the rate over the time of the test proper', async () => {
    const { outcomes } = await runYaml(`
test_suites:
  - name: core
    parallel_execution: false
    test_cases:
      - id: fast-enough
        tool_name: slow
        input_params: { ms: 100 }
        iterations: 5
        setup_steps: [{ tool_name: slow, input_params: { ms: 9000 } }]
        performance: { min_requests_per_second: 10 }
      - id: too-slow
        tool_name: slow
        input_params: { ms: 101 }
        iterations: 5
        performance: { min_requests_per_second: 10 }
`);
    expect(outcomes).toEqual(['fast-enough: passed', 'too-slow: failed']);
  });

  it('judge the peak memory of the server', async () => {
    const yaml = `
test_suites:
  - { name: core, test_cases: [{ id: t, tool_name: echo, performance: { max_memory_usage_mb: 1 } }] }
`;
    const measured = await runYaml(yaml, { servers: { server: { peakMemoryBytes: 2 ** 20 } } });
    expect(measured.outcomes).toEqual(['t: passed']);
    expect((await runYaml(yaml)).test('t').failures[0]?.message).toContain('cannot be measured');
  });
});
