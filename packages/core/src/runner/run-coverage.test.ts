import { describe, expect, it } from 'vitest';
import { HarnessError } from '../errors.ts';
import type { FakeServer } from './testing/fake-servers.ts';
import { harnessError, text } from './testing/fake-servers.ts';
import { runYaml } from './testing/run-yaml.ts';
import type { YamlRun, YamlRunOptions } from './testing/run-yaml.ts';

const named = (...names: readonly string[]) => names.map((name) => ({ name }));

/** Tools `add` and `sub`, a resource, a template and two prompts. */
const rich: FakeServer = {
  info: { capabilities: { tools: {}, resources: {}, prompts: {} } },
  tools: { add: () => text('3'), sub: () => text('1') },
  methods: {
    'resources/read': () => ({ result: { contents: [] } }),
    'prompts/get': () => ({ result: { messages: [] } }),
  },
  lists: {
    'tools/list': named('add', 'sub'),
    'resources/list': [{ uri: 'demo://a' }],
    'resources/templates/list': [{ uriTemplate: 'demo://text/{id}' }],
    'prompts/list': named('greet', 'part'),
  },
};

const suite = (tests: string, more = ''): string =>
  `test_suites:\n  - name: s\n${more}    test_cases:${tests}`;
const callAdd = '\n      - { id: add, tool_name: add }';
const callSub = '\n      - { id: sub, tool_name: sub }';

const covered = (yaml: string, options: YamlRunOptions = {}): Promise<YamlRun> =>
  runYaml(yaml, { servers: { server: rich }, coverage: true, ...options });

const kinds = ({ result }: YamlRun): Record<string, readonly string[]> =>
  Object.fromEntries(
    (result.coverage?.servers ?? []).flatMap(({ lists }) =>
      lists.map(({ kind, uncovered }) => [kind, uncovered]),
    ),
  );

describe('the coverage of a run', () => {
  it('names what no test used, of every list', async () => {
    const run = await covered(
      suite(`${callAdd}
      - { id: read, method: resources/read, params: { uri: "demo://text/7" } }
      - { id: prompt, method: prompts/get, params: { name: greet } }`),
    );
    expect(kinds(run)).toEqual({
      tools: ['sub'],
      resources: ['demo://a'],
      'resource-templates': [],
      prompts: ['part'],
    });
    expect(run.result.coverage).toMatchObject({ listed: 6, exercised: 3, percent: 50, leftOutTests: 0 });
    expect(run.result.verdict).toBe('passed');
  });

  it('knows names by what was sent, with the values of instances and earlier steps', async () => {
    const run = await covered(
      suite(`
      - id: each
        matrix: { tool: [add, sub] }
        tool_name: \${tool}
      - id: chained
        steps:
          - { method: prompts/get, params: { name: greet }, store_result_as: one }
          - { method: resources/read, params: { uri: "demo://\${one.result.messages}" } }`),
      {
        servers: {
          server: {
            ...rich,
            methods: { ...rich.methods, 'prompts/get': () => ({ result: { messages: 'a' } }) },
          },
        },
      },
    );
    expect(kinds(run)).toMatchObject({ tools: [], resources: [], prompts: ['part'] });
  });

  it('counts setup, cleanup, and what was answered with an error; nothing that was never answered', async () => {
    const run = await covered(
      suite(`
      - id: around
        setup_steps: [{ tool_name: add }]
        method: ping
        cleanup_steps: [{ method: prompts/get, params: { name: greet } }]
      - { id: refused, tool_name: sub, expect_error: true }
      - { id: silent, method: prompts/get, params: { name: part } }`),
      {
        servers: {
          server: {
            ...rich,
            tools: { ...rich.tools, sub: () => ({ error: { code: -32602, message: 'no' } }) },
            methods: {
              ...rich.methods,
              'prompts/get': ({ name }) => (name === 'part' ? 'hang' : { result: { messages: [] } }),
            },
          },
        },
      },
    );
    expect(kinds(run)).toMatchObject({ tools: [], prompts: ['part'] });
  });

  it('asks once, after the tests, on a session that is there anyhow', async () => {
    const two = `test_suites:
  - { name: s, isolation: test, test_cases: [{ id: add, tool_name: add }, { id: sub, tool_name: sub }] }
  - { name: t, depends_on: [s], test_cases: [{ id: again, tool_name: add }] }`;
    const { servers } = await covered(two);
    expect(servers.starts).toBe(3);
    const lists = servers.log.filter((line) => line.includes('list'));
    expect(lists).toHaveLength(4);
    const first = servers.log.findIndex((line) => line.includes('list'));
    expect(servers.log.slice(0, first)).toContain('server: add');
  });

  it('joins the variants that suites have of one server', async () => {
    const run = await covered(`test_suites:
  - { name: s, client: { roots: [] }, test_cases: [{ id: add, tool_name: add }] }
  - { name: t, test_cases: [{ id: sub, tool_name: sub }] }`);
    expect(run.result.coverage?.servers.map(({ server }) => server)).toEqual(['server']);
    expect(kinds(run)['tools']).toEqual([]);
  });
});

describe('a list that cannot be read', () => {
  const failing = (method: string, error: HarnessError): YamlRunOptions => ({
    servers: { server: { ...rich, lists: { ...rich.lists, [method]: error } } },
  });

  it('is not measured, says why, and fails nothing', async () => {
    const run = await covered(
      suite(callAdd),
      failing('tools/list', harnessError('PROTOCOL_TIMEOUT', 'silence')),
    );
    expect(run.result.coverage?.servers[0]?.lists[0]).toEqual({
      kind: 'tools',
      exercised: [],
      uncovered: [],
      notMeasured: 'tools/list: silence',
    });
    expect([run.result.verdict, run.result.coverage?.listed]).toEqual(['passed', 4]);
  });

  it('is an empty one where the server has resources and does not know templates', async () => {
    const unknown = new HarnessError({
      code: 'PROTOCOL_ERROR_ANSWER',
      message: 'no such method',
      details: { error: { code: -32601, message: 'no such method' } },
    });
    const run = await covered(suite(callAdd), failing('resources/templates/list', unknown));
    expect(kinds(run)['resource-templates']).toEqual([]);
    const tools = await covered(suite(callAdd), failing('tools/list', unknown));
    expect(tools.result.coverage?.servers[0]?.lists[0]?.notMeasured).toBe('tools/list: no such method');
  });

  it('is not asked for on a server that has ended', async () => {
    const run = await covered(suite('\n      - { id: crash, tool_name: crash }'));
    expect(run.result.coverage?.servers).toEqual([
      { server: 'server', lists: [], notMeasured: expect.stringContaining('gone') as string },
    ]);
  });

  it('keeps what comes late of a test while it is asked for', async () => {
    const late = { rule: 'jsonrpc.duplicate-answer', severity: 'error', message: 'again', count: 1 } as const;
    const run = await covered(suite(callAdd), {
      servers: { server: { ...rich, onList: (session) => void session.found.push(late) } },
    });
    expect(run.result.findings.map(({ rule }) => rule)).toEqual(['jsonrpc.duplicate-answer']);
  });

  it('does not count what its answer breaks of the protocol against the tests', async () => {
    const finding = { rule: 'schema.tools/list', severity: 'error', message: 'bad', count: 1 } as const;
    const run = await covered(`protocol_checks: error\n${suite(callAdd)}`, {
      servers: {
        server: {
          ...rich,
          findings: [{ ...finding, rule: 'other', severity: 'warning' }],
          onList: (session) => void session.found.push(finding),
        },
      },
    });
    expect(run.result.findings.map(({ rule }) => rule)).toEqual(['other']);
    expect(run.result.exitCode).toBe(0);
  });
});

describe('a required coverage', () => {
  const required = (percent: number, tests = `${callAdd}${callSub}`): string =>
    `coverage: { min_percent: ${percent} }\n${suite(tests)}`;

  it.each([
    [33, 'passed', 0],
    [34, 'failed', 1],
  ])('of %d %% for two of six: %s', async (percent, verdict, exitCode) => {
    const { result } = await covered(required(percent));
    expect([result.verdict, result.exitCode]).toEqual([verdict, exitCode]);
  });

  it('fails the run when a list could not be read: it may hold anything', async () => {
    const { result } = await covered(required(10), {
      servers: { server: { ...rich, lists: { ...rich.lists, 'prompts/list': harnessError('INTERNAL') } } },
    });
    expect(result.exitCode).toBe(1);
  });

  it('of the configuration is of the whole: a filtered run is not judged by it, and says what it is', async () => {
    const { result } = await covered(required(100), { filter: { names: ['add'] } });
    expect(result.coverage).toMatchObject({ leftOutTests: 1 });
    expect([result.exitCode, result.coverage?.minPercent]).toEqual([0, undefined]);
  });

  it('is left to the merge by a shard', async () => {
    const { result } = await covered(required(100), { filter: { shard: { index: 1, count: 2 } } });
    expect(result.coverage).toMatchObject({ leftOutTests: 0, minPercent: 100 });
    expect(result.exitCode).toBe(0);
  });
});
