import type { BaselineComparison } from '@mcp-test-harness/core/baseline';
import { definitionList } from '../../html/blocks.ts';
import { escapeHtml, escapeProse } from '../../html/escape.ts';
import { readableTime } from '../../html/page-header.ts';
import { count, formatCount } from '../../text/format.ts';
import { cutText } from '../../text/cut.ts';
import {
  actionWords,
  describeBaseline,
  describePolicy,
  describeRuns,
  describeSmallest,
  worstVerdict,
} from '../baseline-words.ts';
import { verdictSigns } from '../outcome.ts';
import { renderBaselineChanges } from './baseline-changes.ts';
import { renderBaselineTable } from './baseline-table.ts';
import { renderBaselineTrends } from './baseline-trends.ts';

/** Each suite against its baseline: the verdict, what it rests on, what changed, and how it went over the history. */
export function* renderBaselines(
  baselines: readonly BaselineComparison[],
  linkTo: (id: string) => string | undefined,
): Generator<string> {
  for (const one of baselines) {
    yield `<article class="baseline">
<h3>${escapeHtml(cutText(one.suite, 400))}</h3>
${[
  renderVerdict(one),
  renderFailures(one),
  renderBasis(one),
  renderList(one.baseline === undefined ? [] : one.notes),
  renderBaselineTable(one, linkTo),
  renderBaselineChanges(one),
  renderBaselineTrends(one),
]
  .filter((part) => part !== '')
  .join('\n')}
</article>
`;
  }
}

function renderVerdict(one: BaselineComparison): string {
  const worst = worstVerdict(one);
  const sign = worst === undefined ? '' : `<span aria-hidden="true">${verdictSigns[worst]}</span> `;
  return `<p class="verdict-line verdict-cell ${worst ?? 'none'}">${sign}${escapeHtml(describeBaseline(one))}</p>`;
}

function renderFailures({ failures }: BaselineComparison): string {
  if (failures.length === 0) return '';
  return `<div class="expectation failure"><p class="message">fail_on does not allow ${count(failures.length, 'change')}:</p>${renderList(failures)}</div>`;
}

function renderBasis(one: BaselineComparison): string {
  const { baseline, failOn, action } = one;
  const commit = baseline?.commit;
  return definitionList('facts conditions', [
    [
      'Compared with',
      baseline === undefined
        ? undefined
        : `the approved run of <time datetime="${escapeHtml(cutText(baseline.at, 40))}">${escapeHtml(cutText(readableTime(baseline.at), 40))}</time>${commit === undefined ? '' : `, commit <code>${escapeHtml(commit.slice(0, 12))}</code>`}, and its history of ${count(baseline.runs, 'run')}`,
    ],
    ['Comparable runs', baseline === undefined ? undefined : describeRuns(one)],
    ['Smallest change that it could have shown', baseline === undefined ? undefined : describeSmallest(one)],
    ['fail_on', baseline === undefined ? undefined : `<code>${describePolicy(failOn)}</code>`],
    [
      'This run',
      action === undefined
        ? undefined
        : `${actionWords[action.kind]}${action.reasons.length === 0 ? '' : ` (${escapeProse(action.reasons.join('; '))})`}`,
    ],
    ['Not in the baseline', baseline === undefined ? undefined : nameSome(one.added)],
    ['Only in the baseline', nameSome(one.missing)],
  ]);
}

/** More names than these are counted. */
const namesShown = 20;

function nameSome(ids: readonly string[]): string | undefined {
  if (ids.length === 0) return undefined;
  const names = ids.slice(0, namesShown).map((id) => `<code>${escapeHtml(cutText(id, 200))}</code>`);
  const rest = ids.length - names.length;
  return `${names.join(', ')}${rest === 0 ? '' : ` and ${formatCount(rest)} more`}`;
}

function renderList(texts: readonly string[]): string {
  if (texts.length === 0) return '';
  return `<ul class="plain">${texts.map((text) => `<li>${escapeProse(text)}</li>`).join('')}</ul>`;
}
