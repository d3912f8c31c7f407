import type { RunResult, TestResult } from '@mcp-test-harness/core';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findMarkedAfter } from './support/processes.ts';
import { testWithConfig } from './support/run-cli.ts';

const server = resolve(import.meta.dirname, 'fixtures/rude/server.js');

/** What must come of one test. */
interface Expected {
  readonly outcome: TestResult['outcome'];
  readonly kind?: NonNullable<TestResult['error']>['kind'];
  readonly code?: NonNullable<TestResult['error']>['code'];
  /** All must match what is said of the test: its error, or its failures. */
  readonly says?: readonly RegExp[];
}

interface Row {
  /** Argument of the rude server. */
  readonly behaviour: string;
  /** Keys of the configuration besides the server's command and the suite. */
  readonly config?: object;
  readonly server?: object;
  /** Default: the tool echo must answer "echo". */
  readonly tests?: readonly object[];
  /** Of every test, or by its id. */
  readonly expected: Expected | Readonly<Record<string, Expected>>;
  readonly exitCode: number;
  /** Rules of findings; exactly these. */
  readonly findings?: readonly string[];
  readonly deadlineMs?: number;
  /** More that must hold. */
  readonly also?: (result: RunResult) => void;
}

const echo = { id: 'echo', tool_name: 'echo', input_params: {}, expected: { text: 'echo' } };
const passed: Expected = { outcome: 'passed' };

const rows: Readonly<Record<string, Row>> = {
  'is sound': { behaviour: 'sound', expected: passed, exitCode: 0 },

  'writes log lines on stdout': {
    behaviour: 'logs-on-stdout',
    expected: passed,
    exitCode: 0,
    findings: ['stdio.noise'],
    also: ({ findings }) => expect(findings[0]).toMatchObject({ count: 2, severity: 'error' }),
  },
  'writes log lines on stdout, where violations count as errors': {
    behaviour: 'logs-on-stdout',
    config: { protocol_checks: 'error' },
    expected: passed,
    exitCode: 1,
    findings: ['stdio.noise'],
  },
  'answers in pretty-printed JSON': {
    behaviour: 'pretty-printed',
    expected: { outcome: 'errored', kind: 'protocol', code: 'PROTOCOL_MALFORMED_ANSWER', says: [/lines/] },
    exitCode: 1,
    findings: ['stdio.split-message'],
  },
  'answers in truncated JSON': {
    behaviour: 'truncated-json',
    expected: {
      outcome: 'errored',
      kind: 'protocol',
      code: 'PROTOCOL_MALFORMED_ANSWER',
      says: [/cut off/],
    },
    exitCode: 1,
    findings: ['jsonrpc.truncated'],
  },
  'answers with an id of another type': {
    behaviour: 'id-of-another-type',
    expected: {
      outcome: 'errored',
      kind: 'protocol',
      code: 'PROTOCOL_MALFORMED_ANSWER',
      says: [/id of the answer is a string/],
    },
    exitCode: 1,
    findings: ['jsonrpc.id-type'],
  },
  'answers with an id of another type, where nothing is checked': {
    behaviour: 'id-of-another-type',
    config: { protocol_checks: 'off' },
    expected: passed,
    exitCode: 0,
  },
  'sends an answer with an unknown id beside the right one': {
    behaviour: 'unknown-id-beside',
    expected: passed,
    exitCode: 0,
    findings: ['jsonrpc.unknown-id'],
  },
  'answers only with an unknown id': {
    behaviour: 'unknown-id-only',
    tests: [{ ...echo, timeout_override_seconds: 1 }],
    expected: { outcome: 'errored', kind: 'timeout', code: 'PROTOCOL_TIMEOUT', says: [/unknown id 987654/] },
    exitCode: 1,
    findings: ['jsonrpc.unknown-id'],
  },
  'answers three times': {
    behaviour: 'duplicate-answers',
    expected: passed,
    exitCode: 0,
    findings: ['jsonrpc.duplicate-answer'],
    also: ({ findings }) => expect(findings[0]?.count).toBe(2),
  },
  'answers with both result and error': {
    behaviour: 'result-and-error',
    expected: {
      outcome: 'errored',
      kind: 'protocol',
      code: 'PROTOCOL_MALFORMED_ANSWER',
      says: [/both result and error/],
    },
    exitCode: 1,
    findings: ['jsonrpc.result-and-error'],
  },
  'answers without jsonrpc': {
    behaviour: 'no-jsonrpc',
    expected: { outcome: 'errored', kind: 'protocol', code: 'PROTOCOL_MALFORMED_ANSWER', says: [/jsonrpc/] },
    exitCode: 1,
    findings: ['jsonrpc.version'],
  },
  'answers {} to tools/call': {
    behaviour: 'empty-result',
    tests: [{ id: 'echo', tool_name: 'echo' }],
    expected: { outcome: 'errored', kind: 'protocol', code: 'PROTOCOL_MALFORMED_ANSWER', says: [/content/] },
    exitCode: 1,
    findings: ['schema.tools/call'],
  },
  'reports a tool error that nobody asked for': {
    behaviour: 'tool-error-unasked',
    tests: [{ id: 'echo', tool_name: 'echo' }],
    expected: { outcome: 'failed', says: [/disk is full/] },
    exitCode: 1,
  },
  'lists ten tools, one of them without inputSchema': {
    behaviour: 'one-tool-without-schema',
    tests: [
      {
        id: 'list',
        method: 'tools/list',
        expected: { patterns: [{ key: 'tools', validation: { type: 'array_length', exact: 10 } }] },
      },
      ...Array.from({ length: 10 }, (_, i) => ({
        id: `call-${i + 1}`,
        tool_name: `tool-${i + 1}`,
        expected: { text: `tool-${i + 1}` },
      })),
    ],
    expected: passed,
    exitCode: 0,
    findings: ['schema.tools/list'],
    also: ({ findings }) => expect(findings[0]?.message).toMatch(/tools\[4\].*inputSchema/),
  },

  'never answers initialize': {
    behaviour: 'silent-initialize',
    server: { startup_timeout_seconds: 1 },
    expected: {
      outcome: 'errored',
      kind: 'timeout',
      code: 'TARGET_NOT_READY',
      says: [/not ready within/, /1 s|1000 ms/],
    },
    exitCode: 3,
  },
  'never answers tools/list': {
    behaviour: 'silent-list',
    tests: [{ id: 'list', method: 'tools/list', timeout_override_seconds: 1 }, echo],
    expected: {
      list: {
        outcome: 'errored',
        kind: 'timeout',
        code: 'PROTOCOL_TIMEOUT',
        says: [/used up its 1 s/, /tools\/list was not answered/],
      },
      echo: passed,
    },
    exitCode: 1,
  },
  'never answers tools/call': {
    behaviour: 'silent-call',
    tests: [{ ...echo, timeout_override_seconds: 1 }],
    expected: { outcome: 'errored', kind: 'timeout', code: 'PROTOCOL_TIMEOUT', says: [/tools\/call/, /1 s/] },
    exitCode: 1,
  },
  'exits before initialize with a message on stderr': {
    behaviour: 'exit-before-initialize',
    expected: {
      outcome: 'errored',
      kind: 'crash',
      code: 'TARGET_EXITED',
      says: [/code 3/, /DATABASE_URL is not set/],
    },
    exitCode: 3,
  },
  'crashes in a call': {
    behaviour: 'crash-in-call',
    expected: {
      outcome: 'errored',
      kind: 'crash',
      code: 'TARGET_EXITED',
      says: [/code 42/, /tools\/call/, /panic: index out of range/],
    },
    exitCode: 1,
  },
  'is ended by a signal in a call': {
    behaviour: 'signal-in-call',
    expected: { outcome: 'errored', kind: 'crash', code: 'TARGET_EXITED', says: [/SIGSEGV/] },
    exitCode: 1,
  },

  'floods 100,000 notifications': {
    behaviour: 'notification-flood',
    expected: passed,
    exitCode: 0,
    deadlineMs: 30_000,
    also: ({ suites }) => expect(suites[0]?.tests[0]?.exchanges[0]?.notifications).toBe(100_000),
  },
  'answers with 64 MiB': {
    behaviour: '64-mib-answer',
    expected: {
      outcome: 'errored',
      kind: 'protocol',
      code: 'PROTOCOL_MESSAGE_TOO_LARGE',
      says: [/longer than the limit/],
    },
    exitCode: 1,
    findings: ['jsonrpc.too-large'],
    deadlineMs: 30_000,
  },
  'answers one byte every 50 ms': {
    behaviour: 'byte-every-50-ms',
    expected: passed,
    exitCode: 0,
    deadlineMs: 30_000,
    also: ({ suites }) => expect(suites[0]?.tests[0]?.requestDurationsMs[0]).toBeGreaterThan(70 * 50),
  },
  'answers one byte every 50 ms, too slowly': {
    behaviour: 'byte-every-50-ms',
    tests: [{ ...echo, timeout_override_seconds: 1 }],
    server: { shutdown_timeout_seconds: 2 },
    expected: {
      outcome: 'errored',
      kind: 'timeout',
      code: 'PROTOCOL_TIMEOUT',
      says: [/beginning of a message/],
    },
    exitCode: 1,
  },

  'ignores the end of stdin and SIGTERM': {
    behaviour: 'immortal',
    server: { shutdown_timeout_seconds: 1 },
    expected: passed,
    exitCode: 0,
    also: ({ servers }) => expect(servers[0]?.shutdown).toMatchObject({ step: 'killed', signal: 'SIGKILL' }),
  },
  'leaves a grandchild that called setsid': {
    behaviour: 'setsid-grandchild',
    expected: passed,
    exitCode: 0,
    also: ({ servers }) => expect(servers[0]?.shutdown?.leftovers).toHaveLength(1),
  },
  'eats memory past its limit': {
    behaviour: 'memory-hog',
    server: { resource_limits: { max_memory_mb: 300 } },
    expected: {
      outcome: 'errored',
      kind: 'limit',
      code: 'TARGET_LIMIT_EXCEEDED',
      says: [/max_memory_mb/, /300 MiB/],
    },
    exitCode: 1,
    also: ({ servers }) => expect(servers[0]?.limits[0]).toMatchObject({ value: 300, level: 'polled' }),
  },
  'burns CPU past its limit': {
    behaviour: 'cpu-burner',
    server: { resource_limits: { max_cpu_seconds: 1 } },
    expected: {
      outcome: 'errored',
      kind: 'limit',
      code: 'TARGET_LIMIT_EXCEEDED',
      says: [/max_cpu_seconds/, /1 s/],
    },
    exitCode: 1,
  },
};

describe('a server that', () => {
  it.each(Object.entries(rows))('%s', async (title, row) => {
    const mark = `rude-${process.pid}-${Object.keys(rows).indexOf(title)}`;
    const tests = row.tests ?? [echo];
    const { exitCode, result, durationMs, stdout, stderr } = await testWithConfig({
      ...row.config,
      server: {
        command: process.execPath,
        args: [server, row.behaviour],
        env: { RUDE_MARK: mark },
        auto_restart: false,
        ...row.server,
      },
      test_suites: [{ name: 'rude', test_cases: tests }],
    });
    expect(await findMarkedAfter(mark, 0)).toEqual([]);
    expect(result, stdout + stderr).toBeDefined();
    if (result === undefined) return;

    const came = Object.fromEntries(
      result.suites.flatMap((suite) => suite.tests).map((test) => [test.test, test]),
    );
    expect(Object.keys(came)).toHaveLength(tests.length);
    for (const [id, test] of Object.entries(came)) {
      const wanted = isOne(row.expected) ? row.expected : row.expected[id];
      if (wanted !== undefined) expectTest(test, wanted);
    }
    expect(result.findings.map(({ rule }) => rule)).toEqual(row.findings ?? []);
    expect(exitCode).toBe(row.exitCode);
    expect(result.exitCode).toBe(row.exitCode);
    expect(durationMs).toBeLessThan(row.deadlineMs ?? 15_000);
    row.also?.(result);
  });
});

function isOne(expected: Row['expected']): expected is Expected {
  return typeof expected['outcome'] === 'string';
}

function expectTest(test: TestResult, wanted: Expected): void {
  const { outcome, error } = test;
  expect({ outcome, kind: error?.kind, code: error?.code, message: error?.message }).toEqual({
    outcome: wanted.outcome,
    kind: wanted.kind,
    code: wanted.code,
    message: error?.message,
  });
  const said = [error?.message, ...test.failures.map(({ message }) => message)].join('\n');
  for (const pattern of wanted.says ?? []) expect(said).toMatch(pattern);
}
