import type { KpiReport, MeasuredKpi } from '@mcp-test-harness/service/metrics';
import { paint, type Io } from '../io.ts';
import { visible } from '../visible.ts';

const words = { met: 'met', missed: 'MISSED', 'not-measured': 'not measured' } as const;
const styles = { met: 'green', missed: 'red', 'not-measured': 'yellow' } as const;

/** Objectives against what was measured, as a table. */
export function renderKpis(
  report: KpiReport,
  about: { readonly job: string; readonly prometheus: string; readonly now: number },
  io: Pick<Io, 'color'>,
): string {
  const rows = report.kpis.map((kpi) => ({
    kpi,
    cells: [
      kpi.name,
      objectiveOf(kpi),
      kpi.actual === undefined ? '-' : amount(kpi.actual, kpi.unit),
    ] as const,
  }));
  const header = ['Indicator', 'Objective', 'Actual'] as const;
  const widths = ([0, 1, 2] as const).map((column) =>
    Math.max(header[column].length, ...rows.map(({ cells }) => cells[column].length)),
  );
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return [
    `${visible(about.job)} over the last ${report.window}, by ${visible(about.prometheus)}`,
    sinceLine(report, about.now),
    '',
    paint(io, 'bold', line(header)),
    ...rows.map(({ kpi, cells }) => `${line(cells)}  ${paint(io, styles[kpi.state], words[kpi.state])}`),
    '',
  ].join('\n');
}

function sinceLine({ since }: KpiReport, now: number): string {
  if (since === undefined) return 'There is no sample of it in this time.';
  const hours = Math.max(0, now - since) / 3_600_000;
  return `The oldest sample is ${hours < 48 ? `${digits(hours)} hours` : `${digits(hours / 24)} days`} old.`;
}

function objectiveOf({ objective, unit }: MeasuredKpi): string {
  return `${objective.is === 'at-least' ? 'at least' : 'below'} ${amount(objective.value, unit)}`;
}

/** Cut, not rounded: 99.899 % is not 99.9 %. */
function amount(value: number, unit: MeasuredKpi['unit']): string {
  if (unit === 'seconds') return `${digits(value)} s`;
  return `${Math.floor(value * 1e5 + 1e-6) / 1000} %`;
}

/** Three of them. */
function digits(value: number): number {
  return Number(value.toPrecision(3));
}
