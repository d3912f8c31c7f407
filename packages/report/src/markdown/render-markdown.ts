import type { RunResult } from '@mcp-test-harness/core';
import { renderBaselines } from '../benchmark/markdown/baselines.ts';
import { cutText } from '../text/cut.ts';
import { formatDuration } from '../text/format.ts';
import { displayPath } from '../text/location.ts';
import { describeTotals, describeVerdict, needsAttention, testsOf } from '../text/outcome.ts';
import { describeRevisions } from '../text/revisions.ts';
import { renderCoverage } from './coverage.ts';
import { inlineCode } from './escape.ts';
import { renderFailures } from './failures.ts';
import { fitSection } from './section.ts';
import { renderFindingTable, renderSuiteTable } from './tables.ts';

/** GitHub refuses comments of more than 65,536 characters. */
const limitCharacters = 60_000;
const verdictIcons = { passed: '✅', failed: '❌', errored: '❌', interrupted: '⚠️' } as const;

/**
 * For comments and job summaries: the verdict, then what changed since the baselines, what did not pass (folded), the suites, the findings.
 * Under 60,000 characters; what does not fit is counted. Nothing that a server sent can become markup.
 */
export function renderMarkdown(result: RunResult, cwd: string): string {
  const tests = testsOf(result);
  const bad = tests.filter(needsAttention);
  const verdict = renderVerdict(result, cwd);
  const others = [
    fitSection({
      head: '### Passed on a repetition only\n\n',
      entries: tests
        .filter(({ flaky }) => flaky)
        .map(({ id, attempts }) => `- ${inlineCode(cutText(id, 300))} on attempt ${attempts}\n`),
      nouns: 'tests',
      limit: 4000,
    }),
    renderSuiteTable(result.suites, 12_000),
    renderFindingTable(result.findings, 12_000),
    fitSection({
      head: '### Protocol revisions\n\n',
      entries: (result.revisions ?? []).map(
        (entry) => `- ${inlineCode(cutText(describeRevisions(entry), 300))}\n`,
      ),
      nouns: 'servers',
      limit: 2000,
    }),
    renderCoverage(result, 6000),
    fitSection({
      head: '### Warnings\n\n',
      entries: [
        ...result.warnings,
        ...tests.flatMap(({ id, warnings }) => warnings.map(({ message }) => `${id}: ${message}`)),
      ].map((warning) => `- ${inlineCode(cutText(warning, 300))}\n`),
      nouns: 'warnings',
      limit: 4000,
    }),
  ].join('');
  const changes = renderBaselines(result.baselines ?? []);
  const room = limitCharacters - verdict.length - changes.length - others.length;
  return `${verdict}${changes}${renderFailures(bad, cwd, room)}${others}`;
}

function renderVerdict(result: RunResult, cwd: string): string {
  const { config, shard, complete, incompleteReason = 'not all planned tests ran' } = result;
  const facts = [
    describeTotals(result.totals),
    formatDuration(result.durationMs),
    ...(config.file === undefined ? [] : [inlineCode(cutText(displayPath(config.file, cwd), 300))]),
    ...(config.environment === undefined
      ? []
      : [`environment ${inlineCode(cutText(config.environment, 100))}`]),
    ...(shard === undefined ? [] : [`shard ${shard.index} of ${shard.count}`]),
    ...(result.exitCode === 0 ? [] : [`exit code ${result.exitCode}`]),
  ];
  return [
    `## ${verdictIcons[result.verdict]} MCP tests: ${describeVerdict(result)}`,
    '',
    facts.join(' · '),
    ...(complete ? [] : ['', `**Incomplete:** ${inlineCode(cutText(incompleteReason, 1000))}`]),
    '',
  ].join('\n');
}
