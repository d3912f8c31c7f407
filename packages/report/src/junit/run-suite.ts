import type { Finding, RunResult } from '@mcp-test-harness/core';
import { cleanLine } from '../text/clean-text.ts';
import { describeCoverage, describeMissedCoverage, listUncovered, listUnmeasured } from '../text/coverage.ts';
import { describeVerdict } from '../text/outcome.ts';
import { element, seconds, timestamp, type Xml } from './xml.ts';

const runSuiteName = 'mcp-test-harness';

/** The suite for what the run, and no test, is to blame for; without cases, it is not there. */
export interface RunSuite {
  readonly failures: number;
  readonly errors: number;
  readonly xml: readonly Xml[];
}

/**
 * What no test case stands for but fails the run: violations that count as errors, a run that did not finish, a suite whose
 * script failed, coverage that was missed. Readers of JUnit decide by test cases alone, so each becomes one, or they would show green.
 */
export function renderRunSuite(result: RunResult): RunSuite {
  const { verdict, complete, findings, protocolChecks, totals } = result;
  const broken = protocolChecks === 'error' ? findings.filter(({ severity }) => severity === 'error') : [];
  const missed = describeMissedCoverage(result);
  const explained = totals.failed + totals.errored + broken.length > 0 || missed !== undefined;
  const unexplained = verdict !== 'passed' && !explained;
  const reasons = [
    ...(complete ? [] : [`incomplete: ${result.incompleteReason ?? 'not all planned tests ran'}`]),
    ...(complete && unexplained ? [describeVerdict(result)] : []),
  ];
  const cases = [
    ...broken.map((finding) => renderFinding(finding)),
    ...(missed === undefined ? [] : [renderMissedCoverage(missed, result)]),
    ...reasons.map((message) => renderRunCase('run', element('error', { message, type: verdict }))),
  ];
  const failures = broken.length + (missed === undefined ? 0 : 1);
  const counts = { failures, errors: reasons.length };
  if (cases.length === 0) return { ...counts, xml: [] };
  return {
    ...counts,
    xml: [
      element(
        'testsuite',
        {
          name: runSuiteName,
          id: result.suites.length,
          tests: cases.length,
          ...counts,
          skipped: 0,
          time: seconds(0),
          timestamp: timestamp(result.startedAt),
        },
        ...cases,
      ),
    ],
  };
}

function renderFinding({ rule, server, message, spec, count, sample }: Finding): Xml {
  const lines = [
    message,
    `seen ${count === 1 ? 'once' : `${count} times`}${server === undefined ? '' : `, server ${server}`}`,
    ...(spec === undefined ? [] : [spec]),
    ...(sample === undefined ? [] : [`first: ${sample}`]),
  ];
  const name = server === undefined ? rule : `${rule} (${server})`;
  return renderRunCase(
    name,
    element('failure', { message: cleanLine(message), type: rule }, lines.join('\n')),
  );
}

function renderMissedCoverage(missed: string, { coverage }: RunResult): Xml {
  const lines =
    coverage === undefined
      ? []
      : [
          describeCoverage(coverage),
          ...listUncovered(coverage, Number.POSITIVE_INFINITY).map((line) => `not used: ${line}`),
          ...listUnmeasured(coverage).map((line) => `not measured: ${line}`),
        ];
  return renderRunCase(
    'coverage',
    element('failure', { message: missed, type: 'coverage' }, lines.join('\n')),
  );
}

function renderRunCase(name: string, outcome: Xml): Xml {
  return element('testcase', { name, classname: runSuiteName, time: seconds(0) }, outcome);
}
