import { describe, expect, it } from 'vitest';
import { harnessError, text, toolError } from './testing/fake-servers.ts';
import type { FakeServer, Reaction } from './testing/fake-servers.ts';
import { runYaml } from './testing/run-yaml.ts';

/** Reacts so the first times, and is well afterwards. */
function at(...reactions: readonly Reaction[]): () => Reaction {
  const left = [...reactions];
  return () => left.shift() ?? text('well');
}

const server = (tools: FakeServer['tools'], more: FakeServer = {}): Readonly<Record<string, FakeServer>> => ({
  server: {
    tools: tools ?? {},
    annotations: {
      reads: { readOnlyHint: true },
      repeats: { idempotentHint: true },
      writes: { readOnlyHint: false },
    },
    ...more,
  },
});
const suite = (test: string, more = ''): string => `
test_suites:
  - name: core
    ${more}
    test_cases:
      - { id: t, ${test} }
`;
const retries = 'retry: { max_retries: 2, retry_delay_ms: 100, jitter: false }';

describe('a test that did not pass', () => {
  it.each([
    ['failed', toolError('busy')],
    ['timed out', 'hang'],
    ['crashed its server', 'crash'],
    ['was answered badly', { ...text('x'), malformed: ['no id'] }],
  ] as const)(
    'is repeated when it asked for that, and is flaky when it passes then: it %s',
    async (_how, reaction) => {
      const { test, result, events } = await runYaml(suite(`tool_name: writes, ${retries}`), {
        servers: server({ writes: at(reaction) }),
      });
      expect(test('t')).toMatchObject({
        outcome: 'passed',
        flaky: true,
        attempts: 2,
        failures: [],
        error: undefined,
      });
      expect(result.totals).toMatchObject({ passed: 1, flaky: 1 });
      expect(events.filter((event) => event.type === 'test-retry')).toMatchObject([
        { id: 'core/t', attempt: 2, delayMs: 100, reason: expect.stringMatching(/./) },
      ]);
    },
  );

  it('keeps its last outcome when no repetition helps', async () => {
    const { test } = await runYaml(suite(`tool_name: writes, ${retries}`), {
      servers: server({ writes: at('hang', toolError('one'), toolError('two')) }),
    });
    expect(test('t')).toMatchObject({ outcome: 'failed', flaky: false, attempts: 3 });
    expect(test('t').failures[0]?.message).toContain('two');
    expect(test('t').exchanges).toHaveLength(1);
  });

  it.each([
    ['a tool annotated readOnlyHint', 'tool_name: reads', true],
    ['a tool annotated idempotentHint', 'tool_name: repeats', true],
    ['a tool that is not', 'tool_name: writes', false],
    ['another request', 'method: resources/list', false],
    ['several harmless tools', 'steps: [{ tool_name: reads }, { tool_name: repeats }]', true],
    [
      'a harmless tool beside another',
      'steps: [{ tool_name: reads }], cleanup_steps: [{ tool_name: writes }]',
      false,
    ],
    ['a harmless tool beside another request', 'steps: [{ tool_name: reads }, { method: ping }]', false],
  ])(
    'is repeated for the retry of its suite only where that is harmless: %s',
    async (_what, action, repeated) => {
      const { test } = await runYaml(suite(action, retries), {
        servers: server({
          reads: at(toolError('busy')),
          repeats: at(toolError('busy')),
          writes: at(toolError('busy')),
        }),
      });
      expect(test('t').attempts > 1).toBe(repeated);
    },
  );

  it('is repeated on a failed connection, whatever it does', async () => {
    const { test } = await runYaml(suite('tool_name: writes', retries), {
      servers: server({ writes: at(harnessError('TARGET_UNREACHABLE')) }),
    });
    expect(test('t')).toMatchObject({ outcome: 'passed', flaky: true });
  });

  it.each(['suite', 'run', 'test'])(
    'asks once what tools are harmless, with isolation: %s',
    async (isolation) => {
      const { test, servers } = await runYaml(
        `
test_suites:
  - name: core
    isolation: ${isolation}
    parallel_execution: false
    ${retries}
    test_cases:
      - { id: a, tool_name: reads }
      - { id: b, tool_name: reads }
`,
        { servers: server({ reads: at(toolError('busy'), text('well'), toolError('busy')) }) },
      );
      expect([test('a'), test('b')]).toMatchObject([{ flaky: true }, { flaky: true }]);
      expect(servers.log.filter((line) => line.endsWith('tools/list'))).toHaveLength(1);
      expect(servers.open).toBe(0);
    },
  );

  it('is repeated after a crash of the server that a harmless tool caused', async () => {
    const { test, servers } = await runYaml(suite('tool_name: reads', retries), {
      servers: server({ reads: at('crash') }),
    });
    expect(test('t')).toMatchObject({ outcome: 'passed', flaky: true, attempts: 2 });
    expect(servers.starts).toBe(2);
  });

  it('is not repeated when the message is another one', async () => {
    const patterns = 'retry: { max_retries: 1, retry_delay_ms: 0, retry_on_patterns: [busy, "/HTTP 5../"] }';
    const run = async (message: string) =>
      (
        await runYaml(suite(`tool_name: writes, ${patterns}`), {
          servers: server({ writes: at(toolError(message)) }),
        })
      ).test('t').attempts;
    expect(await run('Busy')).toBe(2);
    expect(await run('HTTP 503')).toBe(2);
    expect(await run('no such file')).toBe(1);
  });

  it('pauses longer each time with exponential_backoff', async () => {
    const { events, clock } = await runYaml(
      suite(
        'tool_name: hang, timeout_override_seconds: 1, retry: { max_retries: 3, exponential_backoff: true, jitter: false }',
      ),
    );
    const delays = events.flatMap((event) => (event.type === 'test-retry' ? [event.delayMs] : []));
    expect(delays).toEqual([1000, 2000, 4000]);
    expect(clock.nowMs()).toBe(4 * 1000 + 7000);
  });

  it('is not repeated once the run is interrupted, also not while it pauses', async () => {
    const interrupt = new AbortController();
    const { test, servers } = await runYaml(suite(`tool_name: writes, ${retries}`), {
      signal: interrupt.signal,
      servers: server({ writes: at(toolError('busy')) }),
      watch: (event) => {
        if (event.type === 'test-retry') interrupt.abort();
      },
    });
    expect(test('t')).toMatchObject({ outcome: 'failed', attempts: 1 });
    expect(servers.log).toEqual(['start server', 'server: writes', 'end server']);
  });

  it('is reported as it was when its server cannot be started again', async () => {
    const yaml = `server: { command: x, auto_restart: false }${suite(`tool_name: crash, ${retries}`)}`;
    const { test } = await runYaml(yaml);
    expect(test('t')).toMatchObject({
      outcome: 'errored',
      attempts: 2,
      error: { code: 'TARGET_EXITED', kind: 'crash', message: 'server exited with code 1' },
      warnings: [{ type: 'retry', message: 'attempt 2 could not be made: server ended in an earlier test' }],
    });
  });
});

describe('a start that failed', () => {
  const failing = (...errors: readonly string[]): FakeServer => ({
    start: (count) => {
      const message = errors[count - 1];
      if (message !== undefined) throw harnessError('TARGET_NOT_READY', message);
    },
  });

  it('is repeated, and makes the test that needed it flaky', async () => {
    const { test, events, result } = await runYaml(suite('tool_name: writes', retries), {
      servers: server({}, { ...failing('one', 'two'), tools: { writes: () => text('well') } }),
    });
    expect(test('t')).toMatchObject({ outcome: 'passed', flaky: true, attempts: 3 });
    expect(events.filter((event) => event.type === 'test-retry')).toMatchObject([
      { attempt: 2, reason: 'one' },
      { attempt: 3, reason: 'two' },
    ]);
    expect(result.servers.map(({ startError }) => startError?.message)).toEqual(['one', 'two', undefined]);
  });

  it('errors the test with the number of attempts when it goes on', async () => {
    const { test, result } = await runYaml(suite('tool_name: writes', retries), {
      servers: server({}, failing('one', 'two', 'three')),
    });
    expect(test('t')).toMatchObject({
      outcome: 'errored',
      attempts: 3,
      error: { kind: 'timeout', message: 'three' },
    });
    expect(result.exitCode).toBe(3);
  });

  it('is not repeated once the run is interrupted', async () => {
    const interrupt = new AbortController();
    const { servers, result } = await runYaml(suite('tool_name: writes', retries), {
      signal: interrupt.signal,
      servers: server({}, failing('one')),
      watch: (event) => {
        if (event.type === 'test-retry') interrupt.abort();
      },
    });
    expect(servers.starts).toBe(1);
    expect(result.exitCode).toBe(130);
  });

  it('hits all tests that waited for it, once', async () => {
    const { outcomes, servers } = await runYaml(
      `
test_suites:
  - name: core
    test_cases: [{ id: a, tool_name: echo }, { id: b, tool_name: echo }, { id: c, tool_name: echo }]
`,
      { servers: server({}, failing('no', 'no', 'no')) },
    );
    expect(outcomes).toEqual(['a: errored', 'b: errored', 'c: errored']);
    expect(servers.starts).toBe(1);
  });
});

describe('a server that crashed', () => {
  const crashes = (config: string): string => `
server: { command: x, ${config} }
test_suites:
  - name: core
    parallel_execution: false
    test_cases:
      - { id: a, tool_name: crash }
      - { id: b, tool_name: echo }
      - { id: c, tool_name: crash }
      - { id: d, tool_name: echo }
`;

  it('is started again for the tests that remain', async () => {
    const { outcomes, result, test } = await runYaml(crashes('max_restart_attempts: 3'));
    expect(outcomes).toEqual(['a: errored', 'b: passed', 'c: errored', 'd: passed']);
    expect(test('a').error).toMatchObject({ code: 'TARGET_EXITED', kind: 'crash' });
    expect(result.servers.map(({ shutdown }) => shutdown?.step)).toEqual([
      'crashed',
      'crashed',
      'stdin-closed',
    ]);
    expect(result.warnings).toEqual(['server had ended and was started again']);
  });

  it('is started again as often as max_restart_attempts says', async () => {
    const { outcomes, test } = await runYaml(crashes('max_restart_attempts: 1'));
    expect(outcomes).toEqual(['a: errored', 'b: passed', 'c: errored', 'd: errored']);
    expect(test('d').error).toMatchObject({
      code: 'TARGET_EXITED',
      message: 'server is gone and was started again 1 times already',
    });
  });

  it('stays down without auto_restart', async () => {
    const { outcomes, test, result } = await runYaml(crashes('auto_restart: false'));
    expect(outcomes).toEqual(['a: errored', 'b: errored', 'c: errored', 'd: errored']);
    expect(test('b').error?.message).toBe('server ended in an earlier test');
    expect(result.exitCode).toBe(1);
  });

  it('takes with it only the requests that were under way', async () => {
    const { outcomes, servers } = await runYaml(`
test_suites:
  - name: core
    max_concurrency: 2
    test_cases:
      - { id: culprit, tool_name: crash }
      - { id: victim, tool_name: slow, input_params: { ms: 10 } }
      - { id: later, tool_name: echo }
      - { id: last, tool_name: echo }
`);
    expect(outcomes).toEqual(['culprit: errored', 'victim: errored', 'later: passed', 'last: passed']);
    expect(servers.starts).toBe(2);
  });

  it('shows its last words with the test that was under way, also when another started it again', async () => {
    const { test } = await runYaml(
      `
test_suites:
  - name: core
    max_concurrency: 2
    test_cases:
      - { id: culprit, tool_name: dies, cleanup_steps: [{ tool_name: echo }, { tool_name: echo }, { tool_name: echo }] }
      - { id: victim, tool_name: slow, input_params: { ms: 10 } }
      - { id: later, tool_name: echo }
`,
      {
        servers: server({
          dies: (_args, session) => {
            session.stderr += 'panic: out of ideas\n';
            return 'crash';
          },
        }),
      },
    );
    expect(test('culprit').stderr).toBe('panic: out of ideas\n');
    expect(test('victim').stderr).toBe('panic: out of ideas\n');
  });
});
