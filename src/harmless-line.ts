/**
 * A line of foreign text that the runner does not take for a command. It looks for `::name::` at the start of a line,
 * whatever white space is before it, and for `##[name]` anywhere; a backslash between their characters ends that, and a
 * person still reads what was there.
 */
export function harmlessLine(line: string): string {
  return line.replace(/^(\s*:)(?=:)/u, '$1\\').replaceAll('##[', '##\\[');
}

/** What ends a line for the runner. */
const lineEnd = /\r\n|[\n\r]/;

/** Passes on whole lines only: what begins a command may come in pieces. */
export class HarmlessStream {
  readonly #write: (text: string) => void;
  #rest = '';

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  write(text: string): void {
    const lines = (this.#rest + text).split(lineEnd);
    this.#rest = lines.pop() ?? '';
    if (lines.length > 0) this.#write(`${lines.map(harmlessLine).join('\n')}\n`);
  }

  /** Ends the line that has been begun. */
  flush(): void {
    if (this.#rest !== '') this.write('\n');
  }
}
