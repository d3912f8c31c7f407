import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { freePort } from './support/free-port.ts';
import { readReport, runCli } from './support/run-cli.ts';

const folderWith = temporaryFolders();
const server = resolve(import.meta.dirname, 'fixtures/servers/sdk-v2-both.mjs');

/** Uses all that the server has: every request of the protocol's own, what it asks, tells and refuses. */
const suites = `
client:
  elicitation: [{ action: accept, content: { name: Ada } }]
  sampling: [{ text: so what }]
test_suites:
  - name: tools
    test_cases:
      - id: adds
        matrix: { a: [1, 20], b: [2] }
        tool_name: add
        input_params: { a: "\${a}", b: "\${b}" }
        expected:
          schema: { type: object, required: [sum] }
          patterns: [{ key: "$.result.structuredContent.sum", validation: { type: one_of, values: [3, 22] } }]
      - id: is-listed
        method: tools/list
        expected:
          patterns: [{ key: "result.tools[*].name", validation: { type: one_of, values: [add] }, quantifier: any }]
      - { id: asks-the-user, only_if: "protocol_version >= '2025-06-18'", tool_name: greet, expected: { text: "Hello, Ada!" } }
      - { id: asks-the-model, tool_name: think, expected: { text: "I think: so what" } }
      - id: reports-progress
        tool_name: count
        expected:
          text: "3"
          patterns: [{ key: progress, validation: { type: array_length, min: 3, max: 3 } }]
      - id: tells-of-changes
        steps:
          - { method: resources/subscribe, params: { uri: "notes://today" } }
          - { tool_name: change, expected: { text: changed } }
          - { wait_for_notification: notifications/resources/updated, timeout_override_seconds: 10 }
  - name: resources
    test_cases:
      - id: reads
        method: resources/read
        params: { uri: "notes://today" }
        expected: { patterns: [{ key: "result.contents[0].text", validation: { type: equals, value: Nothing yet. } }] }
      - { id: refuses-an-unknown-one, method: resources/read, params: { uri: "notes://never" }, expect_error: true }
  - name: prompts
    test_cases:
      - id: renders
        method: prompts/get
        params: { name: greet, arguments: { name: Bob } }
        expected: { patterns: [{ key: "result.messages[0].content.text", validation: { type: equals, value: Greet Bob. } }] }
      - { id: refuses-without-its-argument, method: prompts/get, params: { name: greet }, expected_error_code: -32602 }
  - name: errors
    test_cases:
      - { id: unknown-method, method: no/such/method, expected_error_code: -32601 }
      - { id: wrong-arguments, tool_name: add, input_params: { a: one }, expect_error: true }
`;
/** Two of them are instances of `adds`. */
const testsOfSuite = 13;

async function configFor(transport: 'stdio' | 'http'): Promise<string> {
  const start = `command: ${JSON.stringify(process.execPath)}\n  args: [${JSON.stringify(server)}]`;
  if (transport === 'stdio') return `server:\n  ${start}\n${suites}`;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/mcp`;
  // One process for all suites: each would want the port.
  return `server:
  ${start}
  transport: http
  url: ${url}
  env: { PORT: "${port}" }
${suites.replaceAll(/^ {2}- name: .*$/gm, '$&\n    isolation: run')}`;
}

describe('one suite against one server that speaks both eras', () => {
  const transports = ['stdio', 'http'] as const;
  const pinned = transports.flatMap((transport) =>
    ['2025-11-25', '2026-07-28'].map((revision) => [transport, revision] as const),
  );

  it.each(pinned)(
    'passes over %s under %s, and uses all that the server has',
    async (transport, revision) => {
      const cwd = folderWith({ 'mcp-test-harness.yaml': await configFor(transport) });
      const { exitCode, stdout } = await runCli(
        ['test', '--protocol-version', revision, '--min-coverage', '100', '--report', 'json:run.json'],
        { cwd },
      );
      expect(exitCode, stdout).toBe(0);
      const result = readReport(join(cwd, 'run.json'));
      expect(result?.totals).toMatchObject({ passed: testsOfSuite, skipped: 0, flaky: 0 });
      expect(new Set(result?.servers.map(({ protocolVersion }) => protocolVersion))).toEqual(
        new Set([revision]),
      );
      expect(result?.findings).toEqual([]);
      expect(result?.coverage).toMatchObject({ listed: 7, percent: 100 });
    },
  );

  it.each(transports)(
    'passes over %s under all revisions in one run',
    { timeout: 120_000 },
    async (transport) => {
      const cwd = folderWith({ 'mcp-test-harness.yaml': await configFor(transport) });
      const { exitCode, stdout } = await runCli(
        ['test', '--protocol-version', 'all', '--report', 'json:run.json', '--report', 'junit:run.xml'],
        { cwd },
      );
      expect(exitCode, stdout).toBe(0);
      const result = readReport(join(cwd, 'run.json'));
      const [spoken] = result?.revisions ?? [];
      expect(spoken?.spoken).toEqual(expect.arrayContaining(['2025-11-25', '2026-07-28']));
      const revisions = spoken?.spoken.length ?? 0;
      // Asking the user came with revision 2025-06-18.
      const skipped = spoken?.spoken.filter((revision) => revision < '2025-06-18').length ?? 0;
      expect(result?.totals).toMatchObject({ passed: testsOfSuite * revisions - skipped, skipped });
      const ids = result?.suites.flatMap(({ tests }) => tests.map(({ id }) => id)) ?? [];
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toContain('tools [protocol=2026-07-28]/adds [a=20, b=2]');
      expect(stdout).toContain(`Protocol: server speaks ${spoken?.spoken[0]}`);
    },
  );
});

describe('one suite against a server of the handshake era', () => {
  it('runs under what it speaks, and names what it does not', { timeout: 60_000 }, async () => {
    const cwd = folderWith({
      'mcp-test-harness.yaml': `
server: { command: mcp-server-everything, protocol_version: all }
test_suites:
  - { name: s, test_cases: [{ id: echo, tool_name: echo, input_params: { message: hi }, expected: { text: "Echo: hi" } }] }
`,
    });
    const { exitCode, stdout } = await runCli(['test', '-v'], { cwd });
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toMatch(/Protocol: server speaks 2024-11-05, .*2025-11-25, not\s+2026-07-28/);
    expect(stdout).toMatch(/2026-07-28: the server does not speak protocol revision/);
    expect(stdout).toMatch(/✓ s \[protocol=2025-11-25\] {2}1 passed/);
  });

  it('has no revision that does not exist', async () => {
    const cwd = folderWith({ 'mcp-test-harness.yaml': `server: { command: none }\n${suites}` });
    const { exitCode, stderr } = await runCli(['test', '--protocol-version', '2025-01-01'], { cwd });
    expect(stderr).toContain('--protocol-version 2025-01-01 is not supported');
    expect(stderr).toContain('2026-07-28, latest, all');
    expect(exitCode).toBe(2);
  });
});
