import { listSummaryReports, reportPeriods, type ReportPeriod } from '../../operations/reports.ts';
import { markup, type Markup } from '../markup.ts';
import { section, shorten } from '../parts.ts';
import type { RenderPage } from './visit.ts';

const titles: Readonly<Record<ReportPeriod, string>> = { daily: 'Daily', weekly: 'Weekly' };
const shown = 60;

/** Daily and weekly reports. */
export const renderReports: RenderPage = async ({ context }) => {
  const lists = await Promise.all(
    reportPeriods.map(async (period) => ({ period, names: await listSummaryReports(context, period) })),
  );
  return {
    title: 'Reports',
    header: markup`<h1>Reports</h1>`,
    body: markup`${lists.map(({ period, names }) => section(titles[period], renderList(period, names)))}`,
  };
};

function renderList(period: ReportPeriod, names: readonly string[]): Markup {
  if (names.length === 0) return markup`<p class="absent">None yet.</p>`;
  const items = names
    .slice(0, shown)
    .map(
      (name) =>
        markup`<li><a href="/reports/${period}/${encodeURIComponent(name)}">${shorten(name)}</a></li>`,
    );
  return markup`<ul class="files">${items}</ul>`;
}
