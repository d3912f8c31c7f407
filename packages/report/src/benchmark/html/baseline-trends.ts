import type { BaselineComparison, MetricSeries, TrendChange } from '@mcp-test-harness/core/baseline';
import { escapeProse } from '../../html/escape.ts';
import { readableTime } from '../../html/page-header.ts';
import { cutText } from '../../text/cut.ts';
import { count } from '../../text/format.ts';
import {
  describeMove,
  describeTrend,
  formatSeriesValue,
  mostSeries,
  nameRun,
  nameSeries,
} from '../baseline-words.ts';
import { renderTrend } from './trend.ts';

/** How the metrics went over the history: a chart for what moved or was judged changed, the others folded. */
export function renderBaselineTrends({ series, trend, benchmarks }: BaselineComparison): string {
  if (series.length === 0 && trend.length === 0) return '';
  const changed = new Set(
    benchmarks.flatMap(({ id, metrics }) =>
      metrics
        .filter(({ verdict }) => verdict === 'regressed' || verdict === 'improved')
        .map(({ metric }) => keyOf({ id, metric })),
    ),
  );
  const isShown = (one: MetricSeries): boolean => one.changes.length > 0 || changed.has(keyOf(one));
  const shown = series.filter(isShown);
  const others = series.filter((one) => !isShown(one));
  const untold = trend.filter((change) => !series.some((one) => draws(one, change)));
  return [
    '<h4>Trend</h4>',
    trend.length === 0
      ? `<p class="absent">No step and no drift in ${count(Math.max(...series.map(({ points }) => points.length)), 'run')}; ten comparable ones are needed to tell.</p>`
      : '',
    untold.length === 0
      ? ''
      : `<ul class="plain">${untold.map((change) => `<li>${escapeProse(describeTrend(change))}</li>`).join('')}</ul>`,
    ...shown.map(renderSeries),
    others.length === 0
      ? ''
      : `<details class="more"><summary>${count(others.length, 'chart')} of what has not moved</summary>${others.map(renderSeries).join('\n')}</details>`,
    series.length < mostSeries
      ? ''
      : `<p class="note">No more than ${mostSeries} metrics of a suite are drawn, what moved first.</p>`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function keyOf({ id, metric }: Pick<MetricSeries, 'id' | 'metric'>): string {
  return `${metric} ${id}`;
}

/** Whether the chart of a series says what a change says. */
function draws(one: MetricSeries, { id, metric, kind, from, to }: TrendChange): boolean {
  return (
    one.id === id &&
    one.metric === metric &&
    one.changes.some((other) => other.kind === kind && other.from.at === from.at && other.to.at === to.at)
  );
}

function renderSeries(one: MetricSeries): string {
  const { points, changes, unit } = one;
  return renderTrend({
    title: nameSeries({ ...one, id: cutText(one.id, 200) }),
    points: points.map((point) => ({
      label: nameRun(point),
      value: point.value,
      note: readableTime(point.at),
    })),
    changePoints: changes.flatMap(({ step }) => (step === undefined ? [] : [step])),
    remarks: changes.filter(({ kind }) => kind === 'drift').map((change) => describeMove(change)),
    format: formatSeriesValue[unit],
  });
}
