/* oxlint-disable no-control-regex -- control characters are what this file is about */
/** A terminal of the few sequences that the live area uses, to see what a person would see. For tests. */
export interface Screen {
  readonly write: (text: string) => void;
  readonly text: () => string;
  readonly cursorShown: () => boolean;
}

/** @throws on any sequence it does not know, and on a line in the live area that would wrap */
export function createScreen(columns: number): Screen {
  const lines: string[] = [''];
  let row = 0;
  let shown = true;
  const handle = (sequence: string) => {
    const up = /^\u001B\[(\d+)A$/.exec(sequence)?.[1];
    if (up !== undefined) {
      if (Number(up) > row) throw new Error('the cursor left the screen');
      row -= Number(up);
    } else if (sequence === '\u001B[J') {
      lines.length = row + 1;
      lines[row] = '';
    } else if (sequence === '\u001B[?25l' || sequence === '\u001B[?25h') {
      shown = sequence.endsWith('h');
    } else if (sequence === '\n') {
      row += 1;
      lines[row] ??= '';
    } else if (sequence !== '\r') {
      const line = `${lines[row]}${sequence}`;
      if (/^[⠋-⠿] /.test(line) && line.length >= columns)
        throw new Error(`a status line would wrap: ${line}`);
      lines[row] = line;
    }
  };
  return {
    write: (text) => {
      for (const [part] of text.matchAll(/\u001B\[[?\d]*[A-Za-z]|\n|\r|[^\u001B\n\r]+/g)) handle(part);
    },
    text: () => lines.join('\n').trimEnd(),
    cursorShown: () => shown,
  };
}
