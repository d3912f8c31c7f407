import { paint, type Io } from '../io.ts';
import { visible } from '../visible.ts';

/** A column: text is cut to its width when the terminal is too narrow for it. */
export interface Column {
  readonly title: string;
  readonly right?: boolean;
  /** May be cut. */
  readonly flexible?: boolean;
}

/** A table that fits the terminal: the flexible column gives way. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  io: Pick<Io, 'color' | 'columns'>,
): readonly string[] {
  const cells = rows.map((row) => row.map((cell) => visible(cell)));
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const gaps = 2 * columns.length;
  const surplus = widths.reduce((sum, width) => sum + width, gaps) - Math.max(60, io.columns);
  const flexible = columns.findIndex((column) => column.flexible === true);
  if (surplus > 0 && flexible >= 0) widths[flexible] = Math.max(8, (widths[flexible] ?? 0) - surplus);
  const line = (row: readonly string[]): string =>
    `  ${columns.map(({ right }, index) => fit(row[index] ?? '', widths[index] ?? 0, right === true)).join('  ')}`.trimEnd();
  return [paint(io, 'dim', line(columns.map(({ title }) => title))), ...cells.map(line)];
}

function fit(text: string, width: number, right: boolean): string {
  const cut = text.length <= width ? text : `${text.slice(0, width - 1)}…`;
  return right ? cut.padStart(width) : cut.padEnd(width);
}
