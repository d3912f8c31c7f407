import type { Finding, SuiteResult } from '@mcp-test-harness/core';
import { cutText } from '../text/cut.ts';
import { formatCount, formatDuration } from '../text/format.ts';
import { needsAttention, sortFindings } from '../text/outcome.ts';
import { inlineCode, specLink } from './escape.ts';
import { outcomeIcons } from './icons.ts';
import { fitSection } from './section.ts';

/** One row per suite, those that need attention first. */
export function renderSuiteTable(suites: readonly SuiteResult[], limit: number): string {
  const sorted = suites.toSorted((a, b) => Number(needsAttention(b)) - Number(needsAttention(a)));
  return fitSection({
    head: '### Suites\n\n| Suite | Passed | Failed | Errored | Skipped | Time |\n| :--- | ---: | ---: | ---: | ---: | ---: |\n',
    entries: sorted.map(({ name, outcome, totals, durationMs }) =>
      row([
        `${outcomeIcons[outcome]} ${inlineCode(cutText(name, 120))}`,
        formatCount(totals.passed),
        formatCount(totals.failed),
        formatCount(totals.errored),
        formatCount(totals.skipped),
        formatDuration(durationMs),
      ]),
    ),
    nouns: 'suites',
    limit,
  });
}

/** One row per broken rule; of several servers, each row names its own. */
export function renderFindingTable(findings: readonly Finding[], limit: number): string {
  const several = new Set(findings.map(({ server }) => server)).size > 1;
  const columns = ['Severity', 'Rule', ...(several ? ['Server'] : []), 'Seen', 'What', 'Where'];
  const rule = columns.map((name) => (name === 'Seen' ? '---:' : ':---'));
  return fitSection({
    head: `### Violations of the protocol by the server\n\n${row(columns)}${row(rule)}`,
    entries: sortFindings(findings).map(({ severity, rule, server, count, message, spec }) =>
      row([
        severity,
        inlineCode(cutText(rule, 80)),
        ...(several ? [inlineCode(cutText(server ?? '', 80))] : []),
        formatCount(count),
        inlineCode(cutText(message, 240)),
        spec === undefined ? '' : specLink(cutText(spec, 200)),
      ]),
    ),
    nouns: 'rules',
    limit,
  });
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}
