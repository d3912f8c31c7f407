import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { inlineCode, prose } from '../markdown/escape.ts';
import { fitSection } from '../markdown/section.ts';
import { renderFindingTable } from '../markdown/tables.ts';
import { cutText } from '../text/cut.ts';
import { formatDuration } from '../text/format.ts';
import { displayPath } from '../text/location.ts';
import { renderBaselines } from './markdown/baselines.ts';
import { renderChanges } from './markdown/changes.ts';
import { renderMeasured } from './markdown/measured.ts';
import { describeCounts, describeVerdict } from './outcome.ts';
import { describeMachine, describeMachineState, describeMethod, listDoubts } from './words.ts';

const verdictIcons = {
  passed: '✅',
  regressed: '❌',
  invalid: '❌',
  failed: '❌',
  errored: '💥',
  interrupted: '⚠️',
} as const;

/**
 * A benchmark run for comments and job summaries: the verdict in the first line, then what regressed, is inconclusive or
 * improved, and the rest folded. Under 60,000 characters; what does not fit is counted. Nothing that a server or a pull
 * request chose can become markup.
 */
export function renderBenchmarkMarkdown(result: BenchmarkResult, cwd: string): string {
  const { comparison, baselines = [] } = result;
  // What baselines say takes its room from the tables, of which the JSON and HTML reports have all.
  const isAlone = baselines.length === 0;
  return [
    renderHead(result, cwd),
    renderFaults(result),
    renderBaselines(baselines),
    comparison === undefined
      ? renderMeasured(result, isAlone ? 24_000 : 12_000)
      : renderChanges(comparison, cwd, isAlone ? 18_000 : 4000),
    renderDoubts(result),
    renderFindingTable(result.findings, 6000),
    renderConditions(result),
  ].join('');
}

function renderHead(result: BenchmarkResult, cwd: string): string {
  const { verdict, config, error, complete, incompleteReason, exitCode, durationMs } = result;
  const facts = [
    describeCounts(result),
    describeMethod(result),
    formatDuration(durationMs),
    ...(config.file === undefined ? [] : [inlineCode(cutText(displayPath(config.file, cwd), 300))]),
    ...(exitCode === 0 ? [] : [`exit code ${exitCode}`]),
  ];
  return [
    `## ${verdictIcons[verdict]} MCP benchmarks: ${describeVerdict(result)}`,
    '',
    facts.join(' · '),
    ...(error === undefined
      ? []
      : [
          '',
          `**${error.code.replace(/[^A-Z_]/g, '').slice(0, 60)}** ${inlineCode(cutText(error.message, 1000))}`,
          ...(error.hint === undefined ? [] : ['', inlineCode(cutText(error.hint, 1000))]),
        ]),
    ...(complete || error !== undefined
      ? []
      : ['', `**Incomplete:** ${prose(cutText(incompleteReason ?? 'it did not come to its end', 1000))}`]),
    '',
  ].join('\n');
}

/** Benchmarks without numbers: their times would mean nothing. */
function renderFaults({ benchmarks }: BenchmarkResult): string {
  return fitSection({
    head: '### Failed\n\n',
    entries: benchmarks.flatMap((one) =>
      one.state === 'failed'
        ? [`- ❌ ${inlineCode(cutText(one.id, 200))} ${inlineCode(cutText(one.reason, 300))}\n`]
        : [],
    ),
    nouns: 'benchmarks',
    limit: 8000,
  });
}

function renderDoubts(result: BenchmarkResult): string {
  return fitSection({
    head: '### Warnings\n\n',
    entries: [...listDoubts(result), ...result.warnings].map(
      (warning) => `- ${inlineCode(cutText(warning, 300))}\n`,
    ),
    nouns: 'warnings',
    limit: 4000,
  });
}

function renderConditions(result: BenchmarkResult): string {
  const { comparison, harness } = result;
  const lines = [
    `- Machine: ${inlineCode(cutText(describeMachine(result.machine), 300))}`,
    `- State: ${inlineCode(cutText(describeMachineState(result), 500))}`,
    ...(comparison === undefined
      ? []
      : (['base', 'head'] as const).map((side) => {
          const { label, commit, target } = comparison[side];
          const words = [label, ...(commit === undefined ? [] : [commit.slice(0, 12)]), target];
          return `- ${side === 'base' ? 'Base' : 'Head'}: ${words.map((word) => inlineCode(cutText(word, 300))).join(' ')}`;
        })),
    ...(comparison === undefined
      ? []
      : [
          `- A change counts from ±${comparison.minimumEffectPercent} % on, beyond chance over all benchmarks and metrics together; the seed of the order was ${comparison.seed}`,
        ]),
    `- mcp-test-harness ${inlineCode(cutText(harness.version, 40))}`,
  ];
  return `\n<details>\n<summary>How it was measured</summary>\n\n${lines.join('\n')}\n\n</details>\n`;
}
