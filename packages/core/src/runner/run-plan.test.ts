import { describe, expect, it } from 'vitest';
import type { SnapshotStore } from '../assertions/types.ts';
import type { Finding } from '../protocol/types.ts';
import type { RunEvent } from './events.ts';
import { harnessError, toolError } from './testing/fake-servers.ts';
import { runYaml } from './testing/run-yaml.ts';

const hello = `
test_suites:
  - name: core
    test_cases:
      - { id: echo, tool_name: echo, input_params: { message: hello }, expected: { text: hello } }
`;

describe('a run', () => {
  it('tells what happens in order and ends with a result that says the same', async () => {
    const { result, events, servers, clock } = await runYaml(hello);
    expect(events.map((event) => event.type)).toEqual([
      'run-start',
      'suite-start',
      'test-start',
      'server-start',
      'server-ready',
      'test-end',
      'server-end',
      'suite-end',
      'run-end',
    ]);
    expect(servers.log).toEqual(['start server', 'server: echo', 'end server']);
    expect(result).toMatchObject({ verdict: 'passed', exitCode: 0, complete: true, plannedTests: 1 });
    expect(result.totals).toEqual({ tests: 1, passed: 1, failed: 0, errored: 0, skipped: 0, flaky: 0 });
    expect(events.at(-1)).toEqual({ type: 'run-end', result });
    expect(clock.pending).toBe(0);
  });

  it('gives a frozen result that survives JSON', async () => {
    const { result, test } = await runYaml(hello);
    for (const part of [result, result.suites[0], test('echo')]) expect(Object.isFrozen(part)).toBe(true);
    const json = JSON.parse(JSON.stringify(result)) as unknown;
    expect(json).toEqual(JSON.parse(JSON.stringify(structuredClone(result))));
  });

  it('tells the four outcomes apart', async () => {
    const { outcomes, result, test } = await runYaml(
      `
test_suites:
  - name: core
    test_cases:
      - { id: right, tool_name: echo, expected: { text: echo } }
      - { id: wrong, tool_name: echo, expected: { text: other } }
      - { id: refused, tool_name: refuses }
      - { id: unknown, tool_name: nonesuch }
      - { id: silent, tool_name: hang }
      - { id: half, tool_name: malformed }
      - { id: limited, tool_name: greedy }
      - { id: lost, tool_name: unreachable }
      - { id: "off", tool_name: echo, enabled: false }
`,
      {
        servers: {
          server: {
            tools: {
              refuses: () => toolError('no'),
              greedy: () => harnessError('TARGET_LIMIT_EXCEEDED'),
              unreachable: () => harnessError('TARGET_UNREACHABLE'),
            },
          },
        },
      },
    );
    expect(outcomes).toEqual([
      'right: passed',
      'wrong: failed',
      'refused: failed',
      'unknown: failed',
      'silent: errored',
      'half: errored',
      'limited: errored',
      'lost: errored',
      'off: skipped',
    ]);
    expect(['silent', 'half', 'limited', 'lost'].map((id) => test(id).error?.kind)).toEqual([
      'timeout',
      'protocol',
      'limit',
      'transport',
    ]);
    expect(test('off')).toMatchObject({
      skipCause: 'disabled',
      skipReason: 'disabled (enabled: false)',
      attempts: 0,
    });
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 1 });
  });

  it('shows of a failure what was expected, what came, where, and how to send it again', async () => {
    const { test } = await runYaml(`test_suites:
  - name: core
    test_cases:
      - id: wrong
        tool_name: echo
        input_params: { message: it's }
        expected:
          text: other
`);
    const wrong = test('wrong');
    expect(wrong.failures).toMatchObject([
      { key: 'text', type: 'equals', configKey: 'expected.text', location: { line: 9, column: 11 } },
    ]);
    expect(wrong.exchanges).toMatchObject([
      {
        phase: 'test',
        method: 'tools/call',
        request: expect.stringContaining(`it's`),
        result: { content: [{}] },
      },
    ]);
    expect(wrong.reproduce).toMatch(
      /^mcp-test-harness call --config \S+main\.yaml --tool echo --args '\{"message":"it'\\''s"\}'$/,
    );
  });

  it('keeps of a passing test its beginning only', async () => {
    const { test } = await runYaml(`
test_suites:
  - name: core
    test_cases:
      - { id: many, tool_name: echo, iterations: 10 }
`);
    expect(test('many').exchanges).toHaveLength(3);
    expect(test('many').exchanges[0]).toMatchObject({ result: undefined });
    expect(test('many').requestDurationsMs).toHaveLength(10);
    expect(test('many').reproduce).toBeUndefined();
  });

  it('shows what the server wrote to stderr during a test that did not pass', async () => {
    const { test, result } = await runYaml(
      `
test_suites:
  - name: core
    parallel_execution: false
    test_cases:
      - { id: noisy, tool_name: noisy }
      - { id: wrong, tool_name: noisy, input_params: { line: second }, expected: { text: other } }
`,
      {
        servers: {
          server: {
            tools: {
              noisy: ({ line = 'first' }, session) => {
                session.stderr += `${line as string}\n`;
                return { result: { content: [] }, takesMs: 20 };
              },
            },
          },
        },
      },
    );
    expect(test('noisy').stderr).toBeUndefined();
    expect(test('wrong').stderr).toBe('second\n');
    expect(result.servers[0]?.stderrTail).toBe('first\nsecond\n');
  });

  it('records what the server used, and whether other tests shared it', async () => {
    const yaml = (parallel: boolean): string => `
test_suites:
  - name: core
    parallel_execution: ${parallel}
    test_cases:
      - { id: a, tool_name: echo }
      - { id: b, tool_name: echo }
`;
    const servers = { server: { peakMemoryBytes: 1000 } };
    const alone = await runYaml(yaml(false), { servers });
    expect(alone.test('a').usage).toMatchObject({ peakMemoryBytes: 1000, shared: false });
    const together = await runYaml(yaml(true), { servers });
    expect(together.test('a').usage?.shared).toBe(true);
    expect(together.test('b').usage?.shared).toBe(true);
    expect((await runYaml(hello)).test('echo').usage).toBeUndefined();
  });

  it('ends with 3 when the server cannot be started, and does not try for each test', async () => {
    const { result, outcomes, servers } = await runYaml(
      `
test_suites:
  - { name: a, test_cases: [{ id: x, tool_name: echo }, { id: y, tool_name: echo }] }
  - { name: b, test_cases: [{ id: z, tool_name: echo }] }
`,
      {
        servers: {
          server: {
            start: () => {
              throw harnessError('TARGET_NOT_STARTED', 'no such program');
            },
          },
        },
      },
    );
    expect(outcomes).toEqual(['x: errored', 'y: errored', 'z: errored']);
    expect(result).toMatchObject({ verdict: 'errored', exitCode: 3 });
    expect(result.servers[0]).toMatchObject({
      startError: { kind: 'transport', message: 'no such program' },
    });
    // Suites that begin together each try once.
    expect(servers.starts).toBeLessThanOrEqual(2);
  });

  it('needs as many successes as required_success_rate says', async () => {
    const yaml = (rate: number): string => `
test_suites:
  - name: core
    required_success_rate: ${rate}
    test_cases:
      - { id: right, tool_name: echo }
      - { id: wrong, tool_name: echo, expected: { text: other } }
`;
    const lenient = await runYaml(yaml(0.5));
    expect(lenient.suite('core')).toMatchObject({ outcome: 'passed', successRate: 0.5 });
    expect(lenient.result).toMatchObject({ verdict: 'passed', exitCode: 0, totals: { failed: 1 } });
    expect((await runYaml(yaml(0.51))).result).toMatchObject({ verdict: 'failed', exitCode: 1 });
  });

  it('passes on the warnings of the plan', async () => {
    const { result, events } = await runYaml(hello, {
      edit: (plan) => ({ ...plan, warnings: ['mind the gap'] }),
    });
    expect(result.warnings).toEqual(['mind the gap']);
    expect(events[1]).toEqual({ type: 'warning', message: 'mind the gap' });
  });
});

describe('an answer that is malformed', () => {
  const yaml = `
protocol_checks: CHECKS
test_suites:
  - { name: core, test_cases: [{ id: half, tool_name: malformed, expected: { text: half } }] }
`;

  it.each(['warn', 'error'])('makes its test errored with protocol_checks: %s', async (checks) => {
    const { test } = await runYaml(yaml.replace('CHECKS', checks));
    expect(test('half')).toMatchObject({
      outcome: 'errored',
      error: {
        code: 'PROTOCOL_MALFORMED_ANSWER',
        kind: 'protocol',
        message: 'the answer to tools/call is malformed: content: is no list',
      },
      reproduce: expect.stringContaining('--tool malformed'),
    });
  });

  it('is judged all the same with protocol_checks: off', async () => {
    expect((await runYaml(yaml.replace('CHECKS', 'off'))).outcomes).toEqual(['half: passed']);
  });
});

describe('findings', () => {
  const finding = (rule: string, more: Partial<Finding> = {}): Finding => ({
    rule,
    severity: 'error',
    message: `${rule} is broken`,
    count: 1,
    ...more,
  });
  const yaml = `
protocol_checks: CHECKS
servers: { one: { command: x }, two: { command: x } }
test_suites:
  - { name: a, server: one, test_cases: [{ id: t, tool_name: echo }] }
  - { name: b, server: one, test_cases: [{ id: t, tool_name: echo }] }
  - { name: c, server: two, test_cases: [{ id: t, tool_name: echo }] }
`;
  const servers = {
    one: {
      findings: [finding('jsonrpc.id', { count: 2 }), finding('jsonrpc.noise', { severity: 'warning' })],
    },
    two: { findings: [finding('jsonrpc.id', { count: 5 })] },
  };

  it('are gathered per rule and server, their counts added, and told once each', async () => {
    const { result, events } = await runYaml(yaml.replace('CHECKS', 'warn'), { servers });
    const told = events.flatMap((event) => (event.type === 'finding' ? [event.finding] : []));
    const shown = (all: readonly Finding[]) => all.map(({ server, rule }) => `${server} ${rule}`).toSorted();
    expect(result.findings.map(({ server, rule, count }) => `${server} ${rule} ${count}`).toSorted()).toEqual(
      ['one jsonrpc.id 4', 'one jsonrpc.noise 2', 'two jsonrpc.id 5'],
    );
    expect(shown(told)).toEqual(shown(result.findings));
    expect(result.exitCode).toBe(0);
  });

  it('fail the run with protocol_checks: error', async () => {
    const { result } = await runYaml(yaml.replace('CHECKS', 'error'), { servers });
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 1, totals: { passed: 3 } });
  });

  it('are left out with protocol_checks: off', async () => {
    const { result, events } = await runYaml(yaml.replace('CHECKS', 'off'), { servers });
    expect(result.findings).toEqual([]);
    expect(events.some((event) => event.type === 'finding')).toBe(false);
  });

  it('of a start that failed count too', async () => {
    const { result } = await runYaml(hello, {
      servers: {
        server: {
          start: () => {
            const error = harnessError('TARGET_NOT_READY');
            throw Object.assign(error, {
              details: { findings: [finding('jsonrpc.noise')], stderrTail: 'oops' },
            });
          },
        },
      },
    });
    expect(result.findings).toMatchObject([{ rule: 'jsonrpc.noise', server: 'server' }]);
    expect(result.servers).toMatchObject([{ stderrTail: 'oops' }]);
  });
});

describe('secrets', () => {
  const secret = 'hunter22';
  const servers = (name: string) => ({
    [name]: {
      info: { serverInfo: { name: `fake ${secret}`, version: '1' } },
      findings: [
        {
          rule: 'jsonrpc.noise',
          severity: 'warning',
          message: `noise: ${secret}`,
          count: 1,
          sample: secret,
        } as const,
      ],
      tools: {
        leak: (_: unknown, session: { stderr: string }) => {
          session.stderr += `token ${secret}\n`;
          return { result: { content: [{ type: 'text', text: `it is ${secret}` }], [secret]: secret } };
        },
      },
    },
  });

  it('are masked in every event and everywhere in the result', async () => {
    const { result, events } = await runYaml(
      `
servers:
  "\${TOKEN}-server": { command: "run --token \${TOKEN}", env: { TOKEN: "\${TOKEN}" } }
test_suites:
  - name: "suite \${TOKEN}"
    server: "\${TOKEN}-server"
    description: about \${TOKEN}
    tags: ["\${TOKEN}"]
    required_success_rate: 0
    retry: { max_retries: 1 }
    teardown_script: "./none-\${TOKEN}.sh"
    test_cases:
      - { id: "leak-\${TOKEN}", tool_name: leak, input_params: { token: "\${TOKEN}" }, expected: { text: other } }
      - { id: errors, tool_name: "rpc-\${TOKEN}", retry: { max_retries: 1 } }
      - { id: skipped, tool_name: echo, skip_if: "'\${TOKEN}' == '\${TOKEN}'" }
      - { id: hangs, tool_name: hang, depends_on: ["leak-\${TOKEN}"] }
`.replaceAll('"${TOKEN}-server"', '"hunter22-server"'),
      { env: { TOKEN: secret }, servers: servers('hunter22-server') },
    );
    expect(events.map((event) => event.type)).toEqual(
      expect.arrayContaining(['finding', 'test-retry', 'server-ready', 'warning']),
    );
    for (const event of events) expect(JSON.stringify(event)).not.toContain(secret);
    expect(JSON.stringify(result)).not.toContain(secret);
    expect(JSON.stringify(result)).toContain('it is ***');
  });

  it('that are words of ours leave events and result intact', async () => {
    const { result, events } = await runYaml(
      `
variables: { a: "\${A}", b: "\${B}", c: "\${C}" }
test_suites:
  - name: core
    test_cases:
      - { id: right, tool_name: echo }
      - { id: wrong, tool_name: echo, expected: { text: other } }
`,
      { env: { A: 'test', B: 'failed', C: 'stdin-closed' } },
    );
    expect(events.map((event) => event.type)).toContain('test-end');
    expect(result.suites[0]?.tests.map((test) => test.outcome)).toEqual(['passed', 'failed']);
    expect(result.suites[0]?.tests[1]?.failures).toMatchObject([{ severity: 'failure', type: 'equals' }]);
    expect(result.servers[0]?.shutdown?.step).toBe('stdin-closed');
  });
});

describe('a listener that fails', () => {
  const failing = async (onEvent: (event: RunEvent) => unknown) => {
    const { result } = await runYaml(hello, { onEvent });
    expect(result).toMatchObject({ verdict: 'passed', totals: { passed: 1 } });
    return result.warnings;
  };

  it('by a throw is called further on and reported once', async () => {
    const seen: string[] = [];
    const warnings = await failing((event) => {
      seen.push(event.type);
      throw new Error(`cannot write ${event.type}`);
    });
    expect(warnings).toEqual([
      'a listener failed on run-start and was called further on: cannot write run-start',
    ]);
    expect(seen).toContain('run-end');
  });

  it('by a rejection is reported too', async () => {
    const warnings = await failing(async ({ type }) => {
      if (type === 'suite-start') throw new Error('disk full');
    });
    expect(warnings).toEqual(['a listener failed on suite-start and was called further on: disk full']);
  });
});

describe('snapshots', () => {
  const store = (finish: SnapshotStore['finish']): SnapshotStore => ({
    mode: 'never',
    read: () => Promise.resolve(undefined),
    write: () => Promise.resolve(),
    ...(finish === undefined ? {} : { finish }),
  });
  const yaml = `
test_suites:
  - name: whole
    test_cases: [{ id: a, tool_name: echo, tags: [fast] }]
  - name: filtered
    test_cases: [{ id: a, tool_name: echo, tags: [fast] }, { id: b, tool_name: echo }]
  - name: failing
    test_cases: [{ id: a, tool_name: echo, tags: [fast], expected: { text: other } }]
  - name: disabled
    test_cases: [{ id: a, tool_name: echo, tags: [fast], enabled: false }]
`;

  it('are called obsolete only in suites that ran whole', async () => {
    const asked: (readonly string[])[] = [];
    const { result, events } = await runYaml(yaml, {
      filter: { tags: ['fast'] },
      snapshots: store((suites) => {
        asked.push(suites);
        return Promise.resolve({ written: 0, obsolete: [{ suite: 'whole', key: 'gone' }], removed: false });
      }),
    });
    expect(asked).toEqual([['whole']]);
    expect(result.warnings).toEqual([
      'the snapshot "gone" of suite "whole" is used by no test; --update-snapshots removes it',
    ]);
    expect(events.at(-2)).toMatchObject({ type: 'warning' });
  });

  it('that cannot be looked through are a warning', async () => {
    const { result } = await runYaml(hello, {
      snapshots: store(() => Promise.reject(harnessError('IO_READ', 'no access'))),
    });
    expect(result.warnings).toEqual(['snapshots: no access']);
    expect(result.exitCode).toBe(0);
  });
});

describe('an interrupted run', () => {
  it('cuts tests off, cleans up, ends servers, and returns what there is with 130', async () => {
    const interrupt = new AbortController();
    const { result, outcomes, test, servers, clock } = await runYaml(
      `
test_suites:
  - name: first
    parallel_execution: false
    test_cases:
      - { id: done, tool_name: echo }
      - { id: cut, tool_name: interrupts, cleanup_steps: [{ tool_name: echo }] }
      - { id: never, tool_name: echo }
  - { name: second, depends_on: [first], test_cases: [{ id: never, tool_name: echo }] }
`,
      {
        signal: interrupt.signal,
        servers: {
          server: {
            tools: {
              interrupts: () => {
                interrupt.abort();
                return 'hang';
              },
            },
          },
        },
      },
    );
    expect(outcomes).toEqual(['done: passed', 'cut: errored', 'never: skipped', 'never: skipped']);
    expect(test('cut').error).toMatchObject({
      code: 'CANCELLED',
      kind: 'cancelled',
      message: 'cut off: the run was interrupted',
    });
    expect(test('second/never')).toMatchObject({
      skipCause: 'interrupted',
      skipReason: 'the run was interrupted',
    });
    expect(servers.log).toEqual([
      'start server',
      'server: echo',
      'server: interrupts',
      'server: echo',
      'end server',
    ]);
    expect(result).toMatchObject({
      complete: false,
      incompleteReason: 'the run was interrupted',
      verdict: 'interrupted',
      exitCode: 130,
    });
    expect(clock.pending).toBe(0);
  });

  it('gives cleanup five seconds, whatever its steps would take', async () => {
    const interrupt = new AbortController();
    const { test, clock, servers } = await runYaml(
      `
test_suites:
  - name: core
    test_cases:
      - id: cut
        tool_name: interrupts
        cleanup_steps: [{ tool_name: hang }, { tool_name: echo }]
`,
      {
        signal: interrupt.signal,
        servers: {
          server: {
            tools: {
              interrupts: () => {
                interrupt.abort();
                return 'hang';
              },
            },
          },
        },
      },
    );
    expect(clock.nowMs()).toBe(5000);
    expect(servers.log).toContain('server: hang');
    expect(test('cut').warnings).toMatchObject([
      { type: 'cleanup', key: 'cleanup_steps[0]', message: 'cut off: the run was interrupted' },
      { type: 'cleanup', key: 'cleanup_steps[1]' },
    ]);
  });

  it('hurries a cleanup that runs already', async () => {
    const interrupt = new AbortController();
    const { test, clock } = await runYaml(
      `
test_suites:
  - { name: core, test_cases: [{ id: cleaning, tool_name: echo, cleanup_steps: [{ tool_name: interrupts }] }] }
`,
      {
        signal: interrupt.signal,
        servers: {
          server: {
            tools: {
              interrupts: () => {
                interrupt.abort();
                return 'hang';
              },
            },
          },
        },
      },
    );
    expect(clock.nowMs()).toBe(5000);
    expect(test('cleaning')).toMatchObject({ outcome: 'errored', error: { code: 'CANCELLED' } });
  });

  it('cuts off a start', async () => {
    const interrupt = new AbortController();
    const { result, test } = await runYaml(hello, {
      signal: interrupt.signal,
      servers: { server: { start: () => interrupt.abort() } },
    });
    expect(test('echo')).toMatchObject({ outcome: 'errored', error: { code: 'CANCELLED' } });
    expect(result.exitCode).toBe(130);
  });

  it('does nothing when it was interrupted before it began', async () => {
    const { result, outcomes, servers } = await runYaml(hello, { signal: AbortSignal.abort() });
    expect(outcomes).toEqual(['echo: skipped']);
    expect(servers.log).toEqual([]);
    expect(result).toMatchObject({ complete: false, exitCode: 130 });
  });
});
