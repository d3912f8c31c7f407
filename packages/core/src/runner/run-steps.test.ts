import { describe, expect, it } from 'vitest';
import { harnessError, text } from './testing/fake-servers.ts';
import { runYaml } from './testing/run-yaml.ts';

const calls = (log: readonly string[]): readonly string[] =>
  log.filter((line) => line.startsWith('server: ')).map((line) => line.slice('server: '.length));

describe('steps', () => {
  it('run in order, each with its own expectations; the first that fails ends the test', async () => {
    const { test, servers } = await runYaml(`
test_suites:
  - name: core
    test_cases:
      - id: t
        steps:
          - { tool_name: echo, expected: { text: echo } }
          - { name: second, tool_name: echo, expected: { text: other } }
          - { method: ping }
`);
    expect(test('t')).toMatchObject({ outcome: 'failed', failures: [{ step: 'second', key: 'text' }] });
    expect(test('t').exchanges.map(({ step }) => step)).toEqual(['steps[0]', 'second']);
    expect(calls(servers.log)).toEqual(['echo', 'echo']);
  });

  it('read what earlier steps stored, in arguments, expectations and expressions', async () => {
    const { test } = await runYaml(
      `
test_suites:
  - name: core
    test_cases:
      - id: t
        setup_steps: [{ tool_name: make, store_result_as: made }]
        steps:
          - tool_name: see
            input_params:
              id: "\${made.result.structuredContent.id}"
              text: "id \${made.json.id}!"
              next: "\${{ steps.made.json.tags[0] }}"
              literal: "$\${made}"
            expected: { json: { id: "\${made.json.id}" } }
            store_result_as: seen
          - { tool_name: see, input_params: { again: "\${seen.json.text}" } }
        cleanup_steps: [{ tool_name: see, input_params: { gone: "\${made.json.id}" } }]
`,
      {
        servers: {
          server: {
            tools: {
              make: () => ({ result: { content: [], structuredContent: { id: 7, tags: ['x'] } } }),
              see: (args) => ({ result: { content: [], structuredContent: args } }),
            },
          },
        },
      },
    );
    expect(test('t').failures).toEqual([]);
    expect(
      test('t')
        .exchanges.map(
          ({ request }) => (JSON.parse(request) as { params: { arguments: unknown } }).params.arguments,
        )
        .slice(1),
    ).toEqual([{ id: 7, text: 'id 7!', next: 'x', literal: '${made}' }, { again: 'id 7!' }]);
  });

  it('take stored values where an expectation wants a number, which is judged once it is known', async () => {
    const steps = (stored: string) => `
test_suites:
  - name: core
    test_cases:
      - id: t
        steps:
          - { tool_name: make, store_result_as: made }
          - tool_name: make
            expected:
              patterns:
                - { key: json.size, validation: { type: range, min: "\${made.json.${stored}}", max: 9 } }
                - { key: json.size, validation: { type: less_equal, value: "\${{ steps.made.json.size }}" } }
`;
    const server = {
      tools: { make: () => ({ result: { content: [], structuredContent: { size: 7, word: 'x' } } }) },
    };
    const good = await runYaml(steps('size'), { servers: { server } });
    expect(good.test('t').failures).toEqual([]);
    expect(good.test('t').outcome).toBe('passed');
    const bad = await runYaml(steps('word'), { servers: { server } });
    expect(bad.test('t')).toMatchObject({
      outcome: 'errored',
      error: { code: 'CONFIG_INVALID', kind: 'setup' },
    });
    expect(bad.test('t').error?.message).toMatch(/patterns\.0\.validation.*min.*number/s);
  });

  it('that want what is not there make the test errored', async () => {
    const { test } = await runYaml(`
test_suites:
  - name: core
    test_cases:
      - id: t
        steps:
          - { tool_name: echo, store_result_as: made }
          - { tool_name: echo, input_params: { id: "\${made.json.id}" } }
`);
    expect(test('t').error).toMatchObject({ code: 'CONFIG_VARIABLE_UNSET', kind: 'setup' });
    expect(test('t').error?.message).toMatch(/^steps\[1\]: \$\{made\.json\.id\}: made has no member "json"/);
  });

  it('may want an error', async () => {
    const { outcomes } = await runYaml(`
test_suites:
  - name: core
    test_cases:
      - { id: right, tool_name: nonesuch, expected_error_code: -32602 }
      - { id: wrong-code, tool_name: nonesuch, expected_error_code: -32000 }
      - { id: no-error, tool_name: echo, expect_error: true }
`);
    expect(outcomes).toEqual(['right: passed', 'wrong-code: failed', 'no-error: failed']);
  });
});

describe('setup and cleanup', () => {
  const around = (steps: string): string => `
test_suites:
  - name: core
    test_cases:
      - id: t
        setup_steps: [{ tool_name: SETUP }]
        ${steps}
        cleanup_steps: [{ tool_name: CLEANUP }, { tool_name: last }]
`;
  const servers = { server: { tools: { last: () => text('last') } } };
  const run = (steps: string, setup = 'echo', cleanup = 'echo') =>
    runYaml(around(steps).replace('SETUP', setup).replace('CLEANUP', cleanup), { servers });

  it('stand around the test', async () => {
    const { test, servers: seen } = await run('method: ping');
    expect(calls(seen.log)).toEqual(['echo', 'ping', 'echo', 'last']);
    expect(test('t').requestDurationsMs).toHaveLength(1);
    expect(test('t').exchanges.map(({ phase }) => phase)).toEqual(['setup', 'test', 'cleanup']);
  });

  it.each([
    ['failed', 'tool_name: echo, expected: { text: other }', 'failed'],
    ['errored', 'tool_name: hang', 'errored'],
  ])('clean up after a test that %s', async (_how, step, outcome) => {
    const { test, servers: seen } = await run(`steps: [{ ${step} }]`);
    expect(test('t').outcome).toBe(outcome);
    expect(calls(seen.log).slice(-2)).toEqual(['echo', 'last']);
  });

  it('skip the test when setup fails, and clean up all the same', async () => {
    const { test, servers: seen } = await run('method: ping', 'nonesuch');
    expect(test('t')).toMatchObject({
      outcome: 'errored',
      failures: [],
      error: {
        code: 'SCRIPT_FAILED',
        kind: 'setup',
        message: expect.stringMatching(/^setup_steps\[0\]: expected success/),
      },
      reproduce: expect.stringContaining('--tool nonesuch'),
    });
    expect(calls(seen.log)).toEqual(['nonesuch', 'echo', 'last']);
  });

  it('make a passed test errored when cleanup fails, and go on cleaning up', async () => {
    const { test, servers: seen } = await run('method: ping', 'echo', 'hang');
    expect(test('t')).toMatchObject({
      outcome: 'errored',
      error: { kind: 'timeout', message: expect.stringMatching(/^cleanup_steps\[0\]: /) },
      reproduce: expect.stringContaining('--tool hang'),
    });
    expect(calls(seen.log)).toContain('last');
  });

  it('report a failed cleanup beside another failure as a warning', async () => {
    const { test } = await run('steps: [{ tool_name: echo, expected: { text: other } }]', 'echo', 'nonesuch');
    expect(test('t')).toMatchObject({
      outcome: 'failed',
      failures: [{ key: 'text' }],
      warnings: [{ type: 'cleanup', step: 'cleanup_steps[0]', location: { line: expect.any(Number) } }],
      reproduce: expect.stringContaining('--tool echo'),
    });
  });
});

describe('iterations', () => {
  it('run one after the other, or as many at once as concurrency says', async () => {
    const run = (concurrency: number) =>
      runYaml(`
test_suites:
  - { name: core, test_cases: [{ id: t, tool_name: echo, iterations: 10, concurrency: ${concurrency} }] }
`);
    const [one, three] = [await run(1), await run(3)];
    expect(one.servers.mostInFlight).toBe(1);
    expect(three.servers.mostInFlight).toBe(3);
    for (const { servers, test } of [one, three]) {
      expect(calls(servers.log)).toHaveLength(10);
      expect(test('t').requestDurationsMs).toHaveLength(10);
    }
  });

  it('must all pass; the first three that fail are shown, the others counted', async () => {
    let count = 0;
    const { test } = await runYaml(
      `
test_suites:
  - { name: core, test_cases: [{ id: t, tool_name: odd, iterations: 10, expected: { text: even } }] }
`,
      { servers: { server: { tools: { odd: () => text((count += 1) % 2 === 0 ? 'even' : 'odd') } } } },
    );
    expect(test('t').outcome).toBe('failed');
    expect(test('t').failures.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^iteration 1: /),
      expect.stringMatching(/^iteration 3: /),
      expect.stringMatching(/^iteration 5: /),
      '5 of 10 iterations failed; the first 3 are shown',
    ]);
  });

  it('end with the first that cannot be judged', async () => {
    const { test, servers } = await runYaml(`
test_suites:
  - { name: core, test_cases: [{ id: t, tool_name: hang, iterations: 10, concurrency: 2 }] }
`);
    expect(test('t').error?.message).toMatch(/^iteration 1: /);
    expect(calls(servers.log)).toHaveLength(2);
  });

  it('keep what their steps store to themselves', async () => {
    let made = 0;
    const { test } = await runYaml(
      `
test_suites:
  - name: core
    test_cases:
      - id: t
        iterations: 6
        concurrency: 3
        steps:
          - { tool_name: make, store_result_as: made }
          - { tool_name: echo, input_params: { message: "\${made.text}" }, expected: { text: "\${made.text}" } }
`,
      { servers: { server: { tools: { make: () => text(`m${(made += 1)}`) } } } },
    );
    expect(test('t').failures).toEqual([]);
  });

  it('keep the exchange of a failure, however many went before it', async () => {
    let count = 0;
    const { test } = await runYaml(
      `
test_suites:
  - { name: core, test_cases: [{ id: t, tool_name: late, iterations: 50, expected: { text: fine } }] }
`,
      { servers: { server: { tools: { late: () => text((count += 1) === 50 ? 'bad' : 'fine') } } } },
    );
    expect(test('t').exchanges).toHaveLength(21);
    expect(test('t').exchanges.at(-1)?.response).toContain('bad');
  });
});

describe('a raw step', () => {
  const raw = (expected: string, timeout = '') => `
test_suites:
  - { name: core, test_cases: [{ id: t, raw: "{", ${timeout} expected: ${expected} }] }
`;
  const answer = JSON.stringify({
    jsonrpc: '2.0',
    id: null,
    error: { code: -32700, message: 'Parse error' },
  });

  it('judges what comes back', async () => {
    const servers = { server: { raw: () => [answer] } };
    const { test } = await runYaml(raw('{ error: { code: -32700 } }'), { servers });
    expect(test('t')).toMatchObject({
      outcome: 'passed',
      exchanges: [{ method: 'raw', request: '{', response: answer }],
    });
  });

  it('fails when nothing comes that was expected', async () => {
    const { test } = await runYaml(raw('{ error: { code: -32700 } }', 'timeout_override_seconds: 2,'));
    expect(test('t')).toMatchObject({ outcome: 'failed', reproduce: expect.stringContaining(`--raw '{'`) });
    expect(test('t').durationMs).toBe(2000);
  });
});

describe('a step that waits for a notification', () => {
  const waiting = (steps: string, more = ''): string => `
test_suites:
  - name: core
    test_cases:
      - id: t
        ${more}
        steps: ${steps}
`;
  const notify = {
    server: {
      tools: {
        notify: (
          { methods }: { methods?: unknown },
          session: { push(method: string, params: { n: number }): void },
        ) => {
          for (const [n, method] of (methods as string[]).entries()) session.push(method, { n });
          return text('sent');
        },
      },
    },
  };
  const send = (...methods: readonly string[]) =>
    `{ tool_name: notify, input_params: { methods: [${methods.join(', ')}] } }`;

  it('sees what came before it', async () => {
    const { test } = await runYaml(
      waiting(`[${send('a', 'b')}, { wait_for_notification: b, expected: { json: { n: 1 } } }]`),
      { servers: notify },
    );
    expect(test('t').failures).toEqual([]);
    expect(test('t').outcome).toBe('passed');
  });

  it('sees each notification once', async () => {
    const { test } = await runYaml(
      waiting(
        `[${send('a', 'a')}, { wait_for_notification: a, expected: { json: { n: 0 } } }, { wait_for_notification: a, expected: { json: { n: 1 } } }, { wait_for_notification: a }]`,
      ),
      { servers: notify },
    );
    expect(test('t')).toMatchObject({ outcome: 'errored', error: { kind: 'timeout' }, reproduce: undefined });
    expect(test('t').error?.message).toBe('steps[3]: a did not come in time; no notification came');
  });

  it('says what came instead', async () => {
    const { test } = await runYaml(
      waiting(`[${send('a', 'b', 'b')}, { wait_for_notification: c, timeout_override_seconds: 1 }]`),
      {
        servers: notify,
      },
    );
    expect(test('t').error?.message).toBe('steps[1]: c did not come in time; other notifications came: a, b');
  });

  it('is cut off with the test', async () => {
    const { test } = await runYaml(waiting('[{ wait_for_notification: a }]', 'timeout_override_seconds: 2'));
    expect(test('t').error?.message).toBe(
      'steps[0]: the test used up its 2 s: a did not come in time; no notification came',
    );
    expect(test('t').durationMs).toBe(2000);
  });
});

describe('an error of the session', () => {
  it.each([
    ['PROTOCOL_MESSAGE_TOO_LARGE', 'protocol'],
    ['PROTOCOL_HTTP_STATUS', 'transport'],
    ['TARGET_LIMIT_EXCEEDED', 'limit'],
    ['INTERNAL', 'internal'],
  ] as const)('%s is of the kind %s', async (code, kind) => {
    const { test } = await runYaml(
      `test_suites: [{ name: core, test_cases: [{ id: t, tool_name: breaks }] }]`,
      {
        servers: { server: { tools: { breaks: () => harnessError(code, 'broken') } } },
      },
    );
    expect(test('t')).toMatchObject({ outcome: 'errored', error: { code, kind, message: 'broken' } });
  });
});
