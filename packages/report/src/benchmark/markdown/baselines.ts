import type {
  BaselineComparison,
  ContractAgainstBaseline,
  FindingChanges,
} from '@mcp-test-harness/core/baseline';
import type { ComparisonVerdict } from '@mcp-test-harness/core/benchmark';
import { inlineCode, prose } from '../../markdown/escape.ts';
import { fitSection } from '../../markdown/section.ts';
import { cutText } from '../../text/cut.ts';
import { count, formatCount } from '../../text/format.ts';
import {
  actionWords,
  describeBaseline,
  describeMove,
  describeRuns,
  describeSmallest,
  nameRun,
} from '../baseline-words.ts';
import { countVerdicts, speakingMetrics, verdictOrder, withVerdict } from '../outcome.ts';
import { formatChange, formatInterval, formatValue } from '../values.ts';
import { nameMetric } from '../words.ts';
import { describeChange, describeDoubt, verdictIcons } from './changes.ts';

/** Characters of all suites together, and what one suite may take up although there are many. */
const limit = 16_000;
const leastOfSuite = 2500;
/** So many changes of a suite are seen at once. */
const shown = 12;

/** One change: how bad it is, and what it is. */
type Change = readonly [verdict: Exclude<ComparisonVerdict, 'unchanged'>, text: string];

/** Each suite against its baseline: the verdict, what changed with the worst first, and the numbers folded. */
export function renderBaselines(baselines: readonly BaselineComparison[]): string {
  const each = Math.max(leastOfSuite, Math.floor(limit / (baselines.length || 1)) - 200);
  return fitSection({
    head: '',
    entries: baselines.map((one) => renderSuite(one, each)),
    nouns: 'suites against their baselines',
    limit,
  });
}

function renderSuite(one: BaselineComparison, room: number): string {
  const changes = (['regressed', 'inconclusive', 'improved'] as const).flatMap((verdict) =>
    listChanges(one)
      .filter(([kind]) => kind === verdict)
      .map(([, text]) => `- ${verdictIcons[verdict]} ${text}\n`),
  );
  const { unchanged } = countVerdicts(one.benchmarks);
  return [
    `### Baseline of ${inlineCode(cutText(one.suite, 60))}\n\n`,
    `**${describeBaseline(one)}**${describeBasis(one)}\n`,
    fitSection({ head: '', entries: changes.slice(0, shown), nouns: 'changes', limit: room * 0.35 }),
    unchanged === 0 ? '' : `\n${verdictIcons.unchanged} ${count(unchanged, 'benchmark')} unchanged.\n`,
    fold(count(changes.length - shown, 'more change'), {
      head: '',
      entries: changes.slice(shown),
      nouns: 'changes',
      limit: room * 0.2,
    }),
    fold('All metrics against the baseline', {
      head: `${row(columns)}| :--- | :--- | :--- | ---: | ---: | ---: | ---: | ---: |\n`,
      entries: listMetrics(one),
      nouns: 'metrics',
      limit: room * 0.2,
    }),
    '\n',
  ].join('');
}

function fold(summary: string, section: Parameters<typeof fitSection>[0]): string {
  if (section.entries.length === 0) return '';
  return `\n<details>\n<summary>${summary}</summary>\n${fitSection(section)}\n</details>\n`;
}

function describeBasis(one: BaselineComparison): string {
  const { baseline, failures, action, notes } = one;
  const runs = describeRuns(one);
  const smallest = describeSmallest(one);
  const facts = [
    ...(failures.length === 0 ? [] : [`❌ ${count(failures.length, 'change')} that fail_on does not allow`]),
    ...(baseline === undefined
      ? []
      : [
          `approved run of ${inlineCode([baseline.at.slice(0, 10), ...(baseline.commit === undefined ? [] : [baseline.commit.slice(0, 12)])].join(' '))}, ${count(baseline.runs, 'run')} in its history`,
        ]),
    ...(runs === undefined ? [] : [`${runs} comparable`]),
    ...(smallest === undefined ? [] : [`smallest change that it could have shown: ${smallest}`]),
    ...(action === undefined ? [] : [actionWords[action.kind]]),
    ...(action?.reasons ?? []).slice(0, 2).map((reason) => prose(cutText(reason, 80))),
    ...(baseline === undefined ? [] : notes).slice(0, 2).map((note) => prose(cutText(note, 80))),
  ];
  return facts.map((fact) => ` · ${fact}`).join('');
}

function listChanges(one: BaselineComparison): readonly Change[] {
  const { outcomes, added, missing, baseline } = one;
  const code = (text: string): string => inlineCode(cutText(text, 120));
  return [
    ...listBenchmarks(one),
    ...one.contracts.flatMap((contract) => listContract(contract)),
    ...outcomes.newlyFailing.map((test): Change => ['regressed', `newly failing: ${code(test)}`]),
    ...listFindings(one.findings),
    ...outcomes.flaky.map(({ test, failures, runs }): Change => [
      'inconclusive',
      `flaky: ${code(test)} failed ${formatCount(failures)} of ${count(runs, 'run')}`,
    ]),
    ...one.trend.map((change): Change => [
      change.direction === 'up' ? 'inconclusive' : 'improved',
      `${nameMetric(change.metric)} of ${code(change.id)} ${describeMove(change, (run) => inlineCode(nameRun(run)))}`,
    ]),
    ...missing.map((id): Change => ['inconclusive', `only in the baseline: ${code(id)}`]),
    ...(baseline === undefined ? [] : added).map((id): Change => ['improved', `new: ${code(id)}`]),
    ...outcomes.fixed.map((test): Change => ['improved', `fixed: ${code(test)}`]),
  ];
}

function listBenchmarks({ benchmarks }: BaselineComparison): readonly Change[] {
  return (['regressed', 'inconclusive', 'improved'] as const).flatMap((verdict) =>
    withVerdict(benchmarks, verdict).map((one): Change => {
      const weight = one.severity === undefined || one.severity === 'minor' ? '' : ` **${one.severity}**`;
      const parts = speakingMetrics(one).map(verdict === 'inconclusive' ? describeDoubt : describeChange);
      return [
        verdict,
        `${inlineCode(cutText(one.id, 120))}${weight} ${parts.join('; ') || 'nothing could be measured'}`,
      ];
    }),
  );
}

function listContract({ server, changes, contextCost }: ContractAgainstBaseline): readonly Change[] {
  const name = inlineCode(cutText(server, 60));
  const told = changes.flatMap(({ kind, path, reason }): readonly Change[] =>
    kind === 'compatible'
      ? []
      : [
          [
            kind === 'breaking' ? 'regressed' : 'inconclusive',
            `${kind} change of ${name} ${inlineCode(cutText(path, 150))}: ${prose(cutText(reason, 200))}`,
          ],
        ],
  );
  if (contextCost === undefined || contextCost.growth === 0) return told;
  const { before, after, growth, growthPercent } = contextCost;
  const change = growthPercent === undefined ? '' : ` (${formatChange(growthPercent)})`;
  return [
    ...told,
    [
      growth > 0 ? 'inconclusive' : 'improved',
      `context cost of ${name}: ${formatCount(before)} → ${formatCount(after)} tokens${change}`,
    ],
  ];
}

function listFindings(findings: FindingChanges): readonly Change[] {
  const describe = ({ rule, message }: FindingChanges['new'][number]): string =>
    `${inlineCode(cutText(rule, 100))} ${prose(cutText(message, 200))}`;
  return [
    ...findings.new.map((one): Change => ['inconclusive', `new finding ${describe(one)}`]),
    ...findings.gone.map((one): Change => ['improved', `finding gone: ${describe(one)}`]),
  ];
}

const columns = ['Benchmark', 'Metric', 'Verdict', 'History', 'Now', 'Change', '95 % interval', 'Runs'];

function listMetrics({ benchmarks }: BaselineComparison): readonly string[] {
  return verdictOrder
    .flatMap((verdict) => withVerdict(benchmarks, verdict))
    .flatMap(({ id, metrics }) =>
      metrics.map((metric) =>
        row([
          inlineCode(cutText(id, 100)),
          nameMetric(metric.metric),
          metric.verdict,
          formatValue(metric.metric, metric.base),
          formatValue(metric.metric, metric.head),
          formatChange(metric.changePercent),
          formatInterval(metric),
          formatCount(metric.runs),
        ]),
      ),
    );
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}
