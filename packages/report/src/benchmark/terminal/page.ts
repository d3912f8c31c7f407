import { cleanLine } from '../../text/clean-text.ts';
import type { Palette } from '../../text/palette.ts';
import { wrapColumns } from '../../text/width.ts';

/** What all parts of the report share. */
export interface TerminalPage {
  readonly palette: Palette;
  /** No line is wider. */
  readonly columns: number;
  readonly verbosity: number;
  readonly cwd: string;
}

/**
 * A word, two spaces and a text whose further lines begin below its first.
 * @param head with its colours
 * @param width columns that the word takes
 * @param text foreign, made clean here
 */
export function hanging(
  head: string,
  width: number,
  text: string,
  { columns }: Pick<TerminalPage, 'columns'>,
): readonly string[] {
  const indent = ' '.repeat(width + 2);
  return wrapProse(text, columns - width - 2).map((line, index) =>
    index === 0 ? `${head}  ${line}` : `${indent}${line}`,
  );
}

/** A space that stays on its line. */
const joined = '\u00A0';

/** Breaks a foreign text, made clean, into lines; a number stays with its unit. */
export function wrapProse(text: string, columns: number): readonly string[] {
  const whole = cleanLine(text).replace(/(\d) (?=(?:%|ms|s|min|B|KiB|MiB|GiB)(?:\W|$))/g, `$1${joined}`);
  return wrapColumns(whole, columns).map((line) => line.replaceAll(joined, ' '));
}
