import type { Outcome } from '@mcp-test-harness/core';
import type { ReporterContext } from '../define.ts';
import { cleanText } from '../text/clean-text.ts';
import { outcomeSigns } from '../text/outcome.ts';
import { createPalette, type Palette } from '../text/palette.ts';
import { wrapColumns } from '../text/width.ts';

/** How things look on this terminal. */
export interface TerminalStyle {
  readonly palette: Palette;
  readonly columns: number;
  readonly verbosity: number;
  readonly cwd: string;
}

export function createStyle({ color, columns, verbosity, cwd }: ReporterContext): TerminalStyle {
  return { palette: createPalette(color), columns: Math.min(Math.max(columns, 40), 120), verbosity, cwd };
}

export function colorOf(outcome: Outcome, palette: Palette): (text: string) => string {
  return { passed: palette.green, failed: palette.red, errored: palette.red, skipped: palette.yellow }[
    outcome
  ];
}

export function signOf(outcome: Outcome, palette: Palette): string {
  return colorOf(outcome, palette)(outcomeSigns[outcome]);
}

/** Wraps cleaned text to the terminal, every line indented by `indent` columns. */
export function indented(
  text: string,
  indent: number,
  style: TerminalStyle,
  wrap: Wrap = wrapColumns,
): readonly string[] {
  const margin = ' '.repeat(indent);
  return cleanText(text)
    .split('\n')
    .flatMap((line) => wrap(line.replaceAll('\t', '  ').trimEnd(), style.columns - indent))
    .map((line) => `${margin}${line}`.trimEnd());
}

/** How text is broken over lines. */
type Wrap = (line: string, columns: number) => readonly string[];

/** A label in the margin and text beside it. */
export function labelled(
  label: string,
  text: string,
  indent: number,
  style: TerminalStyle,
  wrap: Wrap = wrapColumns,
): readonly string[] {
  const width = 11;
  const [first = '', ...rest] = indented(text, indent + width, style, wrap);
  const head = `${' '.repeat(indent)}${style.palette.dim(label)}${' '.repeat(Math.max(1, width - label.length))}`;
  return [`${head}${first.trimStart()}`, ...rest];
}

/** The title of a section. */
export function title(text: string, style: TerminalStyle): readonly string[] {
  return ['', style.palette.bold(text), ''];
}
