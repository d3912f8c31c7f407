const zeroWidth = /^(?:\p{Mn}|\p{Me}|[\u200B-\u200D]|[\uFE00-\uFE0F])$/u;
const wide =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18DFF}\u{1B000}-\u{1B2FF}\u{20000}-\u{3FFFD}]$|^\p{Emoji_Presentation}$/u;

/** Columns that one code point takes on a terminal (UAX #11, ambiguous as narrow). */
function columnsOf(character: string): number {
  if (character <= '~') return 1;
  if (zeroWidth.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** Columns that a line without control characters takes. */
export function displayWidth(line: string): number {
  let columns = 0;
  for (const character of line) columns += columnsOf(character);
  return columns;
}

/** Whether a line takes at most so many columns; looks no further than it has to. */
function fitsColumns(line: string, columns: number): boolean {
  let used = 0;
  for (const character of line) {
    used += columnsOf(character);
    if (used > columns) return false;
  }
  return true;
}

/** Cuts a line so that it fits, with an ellipsis. */
export function fitColumns(line: string, columns: number): string {
  if (fitsColumns(line, columns)) return line;
  let used = 0;
  let kept = '';
  for (const character of line) {
    used += columnsOf(character);
    if (used > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Breaks a line at spaces (inside words only when a word alone is too long). */
export function wrapColumns(line: string, columns: number): readonly string[] {
  if (fitsColumns(line, columns)) return [line];
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    const joined = current === '' ? word : `${current} ${word}`;
    if (fitsColumns(joined, columns)) {
      current = joined;
      continue;
    }
    if (current !== '') lines.push(current);
    current = word;
    while (!fitsColumns(current, columns)) {
      const head = takeColumns(current, columns, ',');
      lines.push(head);
      current = current.slice(head.length);
    }
  }
  if (current !== '') lines.push(current);
  return lines;
}

/** Breaks JSON text behind commas, or at spaces where there is none near: what belongs together stays on one line. */
export function wrapJson(line: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let left = line;
  while (!fitsColumns(left, columns)) {
    const head = takeColumns(left, columns, ',', ' ');
    lines.push(head.trimEnd());
    left = left.slice(head.length).trimStart();
  }
  if (left !== '') lines.push(left);
  return lines;
}

/** The longest start that fits, ended behind one of the separators when it stands in the second half; the first named wins. */
function takeColumns(text: string, columns: number, ...separators: readonly string[]): string {
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += columnsOf(character);
    if (used > columns && end > 0) break;
    end += character.length;
  }
  for (const separator of separators) {
    const at = text.lastIndexOf(separator, end - 1) + 1;
    if (at > end / 2) return text.slice(0, at);
  }
  return text.slice(0, end);
}
