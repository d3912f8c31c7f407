import { fitColumns } from '../text/width.ts';

const hideCursor = '\u001B[?25l';
const showCursor = '\u001B[?25h';
const frameMs = 80;

/** A few lines at the bottom of a terminal that are redrawn while finished text scrolls by above them. */
export interface LiveArea {
  /** Writes whole lines above the area. */
  print(lines: readonly string[]): void;
  /** Removes the area, shows the cursor, stops the timer. */
  close(): void;
}

/**
 * Redraws at most every 80 ms, and only the area itself.
 * @param render the lines of the area now; each is cut to the terminal's width, since a wrapped line would break the redraw
 */
export function openLiveArea(
  write: (text: string) => void,
  columns: number,
  render: () => readonly string[],
): LiveArea {
  let drawn = 0;
  let last = '';
  const clear = () => (drawn === 0 ? '' : `\u001B[${drawn}A\r\u001B[J`);
  const draw = (before: string) => {
    const lines = render().map((line) => fitColumns(line, columns - 1));
    const text = lines.map((line) => `${line}\n`).join('');
    if (before === '' && text === last) return;
    write(`${clear()}${before}${text}`);
    drawn = lines.length;
    last = text;
  };
  const timer = setInterval(() => draw(''), frameMs);
  timer.unref();
  write(hideCursor);
  return {
    print: (lines) => draw(lines.map((line) => `${line}\n`).join('')),
    close() {
      clearInterval(timer);
      write(`${clear()}${showCursor}`);
      drawn = 0;
    },
  };
}
