import type { RunResult, SuiteResult, TestResult } from '@mcp-test-harness/core';
import { cleanLine } from '../text/clean-text.ts';
import { headlineOf, needsAttention } from '../text/outcome.ts';
import { displayPath } from '../text/location.ts';
import { describeError, describeExchange, describeFailure } from '../text/test-details.ts';
import { renderRunSuite } from './run-suite.ts';
import { element, seconds, timestamp, type Xml } from './xml.ts';

/**
 * JUnit XML as Jenkins, GitHub and GitLab readers take it: `failure` for a failed expectation, `error` for a test
 * without a verdict, file and line of the test in the YAML, the exchange as system-out, the server's stderr as system-err.
 * Written here and not by junit-report-builder, which knows neither `line` nor the reason of a skip.
 */
export function renderJunit(result: RunResult, cwd: string): string {
  const { totals } = result;
  const run = renderRunSuite(result);
  const root = element(
    'testsuites',
    {
      name: 'mcp-test-harness',
      tests: totals.tests + run.failures + run.errors,
      failures: totals.failed + run.failures,
      errors: totals.errored + run.errors,
      time: seconds(result.durationMs),
    },
    ...result.suites.map((suite, index) => renderSuite(suite, index, result, cwd)),
    ...run.xml,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.xml}\n`;
}

function renderSuite(suite: SuiteResult, index: number, result: RunResult, cwd: string): Xml {
  const { totals } = suite;
  const server = result.servers.find(({ name }) => name === suite.server);
  return element(
    'testsuite',
    {
      name: suite.name,
      id: index,
      tests: totals.tests,
      failures: totals.failed,
      errors: totals.errored,
      skipped: totals.skipped,
      time: seconds(suite.durationMs),
      timestamp: timestamp(suite.startedAt),
      file: suite.location === undefined ? undefined : displayPath(suite.location.file, cwd),
    },
    properties({
      server: suite.server,
      'server.target': server?.target,
      'protocol.version': server?.protocolVersion,
      'harness.version': result.harness.version,
      environment: result.config.environment,
    }),
    ...suite.tests.map((test) => renderTest(test, cwd)),
  );
}

function renderTest(test: TestResult, cwd: string): Xml {
  const { location } = test;
  const name = test.id.startsWith(`${test.suite}/`) ? test.id.slice(test.suite.length + 1) : test.id;
  return element(
    'testcase',
    {
      name,
      classname: test.suite,
      time: seconds(test.durationMs),
      file: location === undefined ? undefined : displayPath(location.file, cwd),
      line: location?.line,
    },
    ...renderTestProperties(test),
    ...renderOutcome(test, cwd),
    ...renderOutput('system-out', exchangeText(test)),
    ...renderOutput('system-err', test.stderr ?? ''),
  );
}

function renderTestProperties(test: TestResult): readonly Xml[] {
  const values = {
    flaky: test.flaky ? 'true' : undefined,
    attempts: test.attempts > 1 ? String(test.attempts) : undefined,
    tags: test.tags.length === 0 ? undefined : test.tags.join(', '),
  };
  return Object.values(values).every((value) => value === undefined) ? [] : [properties(values)];
}

function renderOutcome(test: TestResult, cwd: string): readonly Xml[] {
  const message = cleanLine(headlineOf(test));
  if (test.outcome === 'failed') {
    return [
      element('failure', { message, type: test.failures[0]?.type ?? 'failure' }, reasonText(test, cwd)),
    ];
  }
  if (test.outcome === 'errored') {
    return [element('error', { message, type: test.error?.code ?? 'error' }, reasonText(test, cwd))];
  }
  if (test.outcome === 'skipped') return [element('skipped', { message })];
  if (!test.flaky) return [];
  return [element('flakyFailure', { message: `passed on attempt ${test.attempts}`, type: 'flaky' })];
}

function reasonText(test: TestResult, cwd: string): string {
  return [
    ...describeError(test),
    ...test.failures.flatMap((failure) => [
      ...describeFailure(failure, cwd),
      ...(failure.diff === undefined ? [] : [failure.diff]),
    ]),
  ].join('\n');
}

/** Only of tests that people will look into, since CI systems bound the size of the file. */
function exchangeText(test: TestResult): string {
  if (!needsAttention(test) && !test.flaky) return '';
  const blocks = test.exchanges.map((exchange) =>
    [describeExchange(exchange), `> ${exchange.request}`, `< ${exchange.response ?? '(no answer)'}`].join(
      '\n',
    ),
  );
  if (test.reproduce !== undefined) blocks.push(`Reproduce:\n  ${test.reproduce}`);
  return blocks.join('\n\n');
}

function renderOutput(name: 'system-out' | 'system-err', text: string): readonly Xml[] {
  return text === '' ? [] : [element(name, {}, text)];
}

function properties(values: Readonly<Record<string, string | undefined>>): Xml {
  const list = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [element('property', { name, value })],
  );
  return element('properties', {}, ...list);
}
