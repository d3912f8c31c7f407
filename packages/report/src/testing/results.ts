/** Builds results as the runner would, for tests. Not part of the package. */
import type {
  ExchangeRecord,
  Finding,
  LocatedFailure,
  Outcome,
  RunEvent,
  RunResult,
  ServerResult,
  SuiteResult,
  TestResult,
} from '@mcp-test-harness/core';
import { concludeRun, successRateOf, suiteOutcome, totalsOf } from '@mcp-test-harness/core/verdict';

const startedAt = '2026-11-24T10:00:00.000Z';
const configFile = '/project/mcp-test-harness.yaml';

export function buildExchange(init: Partial<ExchangeRecord> = {}): ExchangeRecord {
  return {
    phase: 'test',
    method: 'tools/call',
    startedAtMs: 120,
    durationMs: 3.2,
    request:
      '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"add","arguments":{"a":2,"b":3}}}',
    response:
      '{"jsonrpc":"2.0","id":7,"result":{"content":[{"type":"text","text":"The sum of 2 and 3 is 6."}],"isError":false}}',
    notifications: 0,
    ...init,
  };
}

export function buildFailure(init: Partial<LocatedFailure> = {}): LocatedFailure {
  return {
    severity: 'failure',
    key: 'text',
    type: 'equals',
    message: 'expected text to equal "The sum of 2 and 3 is 5.", got "The sum of 2 and 3 is 6."',
    expected: '"The sum of 2 and 3 is 5."',
    actual: '"The sum of 2 and 3 is 6."',
    configKey: 'expected.text',
    location: { file: configFile, line: 14, column: 19 },
    ...init,
  };
}

/** A test of the given outcome with everything that such a test carries. */
export function buildTest(
  suite: string,
  name: string,
  outcome: Outcome = 'passed',
  init: Partial<TestResult> = {},
): TestResult {
  const base: TestResult = {
    id: `${suite}/${name}`,
    suite,
    test: name,
    tags: [],
    server: 'default',
    location: { file: configFile, line: 12, column: 9 },
    outcome,
    flaky: false,
    attempts: outcome === 'skipped' ? 0 : 1,
    startedAt,
    durationMs: outcome === 'skipped' ? 0 : 4.4,
    requestDurationsMs: outcome === 'skipped' ? [] : [3.2],
    failures: outcome === 'failed' ? [buildFailure()] : [],
    warnings: [],
    exchanges: outcome === 'skipped' ? [] : [buildExchange()],
  };
  const extra: Partial<TestResult> =
    outcome === 'failed'
      ? {
          reproduce: `mcp-test-harness call --tool add --args '{"a":2,"b":3}' -- node server.js`,
          stderr: '[server] add called with 2 and 3\n',
        }
      : outcome === 'errored'
        ? {
            error: {
              code: 'PROTOCOL_TIMEOUT',
              kind: 'timeout',
              message: 'tools/call was not answered within 5 s',
              hint: 'Raise timeout_override_seconds, or look at the stderr of the server.',
            },
            exchanges: [buildExchange({ response: undefined, durationMs: undefined })],
            durationMs: 5012,
            requestDurationsMs: [],
            reproduce: `mcp-test-harness call --tool sleep --args '{}' -- node server.js`,
            stderr: '[server] sleeping\n',
          }
        : outcome === 'skipped'
          ? { skipReason: 'depends on core-tools/add, which failed' }
          : {};
  return { ...base, ...extra, ...init };
}

export function buildSuite(
  name: string,
  tests: readonly TestResult[],
  init: Partial<SuiteResult> = {},
): SuiteResult {
  const totals = totalsOf(tests);
  return {
    name,
    server: 'default',
    location: { file: configFile, line: 6, column: 5 },
    outcome: suiteOutcome({ tests, requiredSuccessRate: 1 }),
    requiredSuccessRate: 1,
    successRate: successRateOf(totals),
    startedAt,
    durationMs: tests.reduce((sum, { durationMs }) => sum + durationMs, 0),
    totals,
    tests,
    ...init,
  };
}

export function buildServer(init: Partial<ServerResult> = {}): ServerResult {
  return {
    name: 'default',
    transport: 'stdio',
    target: 'node server.js',
    pid: 4242,
    protocolVersion: '2025-11-25',
    serverInfo: { name: 'example-server', version: '1.2.3' },
    capabilities: { tools: { listChanged: true }, logging: {} },
    startupMs: 182.4,
    limits: [{ limit: 'max_memory_mb', value: 512, level: 'polled' }],
    shutdown: { exitCode: 0, signal: null, step: 'stdin-closed', durationMs: 12.5, leftovers: [] },
    usage: { cpuMs: 310, peakMemoryBytes: 68_157_440 },
    stderrTail: '[server] ready\n',
    ...init,
  };
}

export function buildFinding(init: Partial<Finding> = {}): Finding {
  return {
    rule: 'jsonrpc.id-type',
    severity: 'error',
    message: 'the id of an answer is the string "3" where the request had the number 3',
    spec: 'https://modelcontextprotocol.io/specification/2025-11-25/basic#responses',
    count: 4,
    sample: '{"jsonrpc":"2.0","id":"3","result":{}}',
    server: 'default',
    ...init,
  };
}

export function buildRun(suites: readonly SuiteResult[], init: Partial<RunResult> = {}): RunResult {
  const { servers = [buildServer()], findings = [], protocolChecks = 'warn', complete = true } = init;
  const plannedTests = init.plannedTests ?? suites.reduce((sum, suite) => sum + suite.tests.length, 0);
  const { coverage, shard } = init;
  const facts = { suites, servers, findings, protocolChecks, plannedTests, complete, coverage, shard };
  return {
    schemaVersion: 1,
    harness: { version: '0.1.0', node: '24.21.0', platform: 'linux-x64' },
    config: { file: configFile },
    startedAt,
    durationMs: 5421,
    ...facts,
    ...concludeRun({ ...facts, interrupted: init.verdict === 'interrupted' }),
    warnings: [],
    ...init,
  };
}

/** The events that a run with this result would have sent, one test after the other. */
export function eventsOf(result: RunResult): readonly RunEvent[] {
  const { suites } = result;
  return [
    {
      type: 'run-start',
      startedAt: result.startedAt,
      configFile: result.config.file,
      suites: suites.length,
      tests: result.plannedTests,
      harnessVersion: result.harness.version,
      node: result.harness.node,
      platform: result.harness.platform,
      shard: result.shard,
      protocolChecks: result.protocolChecks,
    },
    ...suites.flatMap(({ tests, ...suite }): readonly RunEvent[] => [
      { type: 'suite-start', suite: suite.name, tests: tests.length, location: suite.location },
      ...tests.flatMap((test): readonly RunEvent[] => [
        { type: 'test-start', id: test.id, suite: test.suite, test: test.test },
        { type: 'test-end', result: test },
      ]),
      { type: 'suite-end', result: suite },
    ]),
    ...result.findings.map((finding): RunEvent => ({ type: 'finding', finding })),
    ...result.warnings.map((message): RunEvent => ({ type: 'warning', message })),
    ...result.servers.map((server): RunEvent => ({ type: 'server-end', result: server })),
    { type: 'run-end', result },
  ];
}
