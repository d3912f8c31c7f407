import { cleanText } from './clean-text.ts';

/** One line of a diff: in both texts, in the expected or the actual one only, or a note of where the next part begins. */
export interface DiffLine {
  readonly kind: 'same' | 'expected' | 'actual' | 'gap';
  /** Without the sign. */
  readonly text: string;
}

const diffSigns: Readonly<Record<DiffLine['kind'], string>> = {
  same: ' ',
  expected: '-',
  actual: '+',
  gap: '…',
};

/** A unified diff as lines; its two file headers, which say nothing here, are dropped, and so is a part's head at line 1. */
export function readDiff(diff: string): readonly DiffLine[] {
  const lines = cleanText(diff).trimEnd().split('\n');
  const headed = lines[0]?.startsWith('--- ') === true && lines[1]?.startsWith('+++ ') === true;
  return lines.slice(headed ? 2 : 0).flatMap((line): readonly DiffLine[] => {
    const part = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    if (headed && part !== null) {
      return Number(part[1]) <= 1 ? [] : [{ kind: 'gap', text: `from line ${part[1]}` }];
    }
    return [readLine(line)];
  });
}

function readLine(line: string): DiffLine {
  if (line.startsWith('-')) return { kind: 'expected', text: line.slice(1) };
  if (line.startsWith('+')) return { kind: 'actual', text: line.slice(1) };
  if (line.startsWith('…')) return { kind: 'gap', text: line.slice(1).trim() };
  return { kind: 'same', text: line.startsWith(' ') ? line.slice(1) : line };
}

/** A line as it is printed. */
export function writeDiffLine({ kind, text }: DiffLine): string {
  return kind === 'gap' ? `… ${text}` : `${diffSigns[kind]}${text}`;
}
