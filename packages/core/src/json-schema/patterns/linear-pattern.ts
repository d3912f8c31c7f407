import type { PatternNode } from './parse-pattern.ts';

/** The linear-time engine takes no larger number of rounds. */
const roundsLimit = 1000;

/**
 * Writes a pattern for the linear-time engine, with all that the two kinds of regular expression understand differently
 * (`\s`, `.`, `$`) spelled out.
 */
export function writeLinearPattern(node: PatternNode): string {
  switch (node.kind) {
    case 'start':
      return '^';
    case 'end':
      return '$';
    case 'set':
      return writeSet(node);
    case 'sequence':
      return node.parts.map(writeLinearPattern).join('');
    case 'choice':
      return `(?:${node.parts.map(writeLinearPattern).join('|')})`;
    default:
      return writeRounds(`(?:${writeLinearPattern(node.part)})`, node.least, node.most);
  }
}

/** How many instructions a pattern takes, nearly: what matching costs per character at worst. */
export function sizeOfPattern(node: PatternNode): number {
  switch (node.kind) {
    case 'sequence':
    case 'choice':
      return node.parts.reduce((sum, part) => sum + sizeOfPattern(part), 1);
    case 'repeat':
      return 1 + sizeOfPattern(node.part) * Math.max(1, node.most === Infinity ? node.least : node.most);
    default:
      return 1;
  }
}

function writeSet({ ranges, isNegated }: PatternNode & { kind: 'set' }): string {
  if (ranges.length === 0) return isNegated ? '[\\x{0}-\\x{10FFFF}]' : '[^\\x{0}-\\x{10FFFF}]';
  const hex = (code: number): string => `\\x{${code.toString(16)}}`;
  return `[${isNegated ? '^' : ''}${ranges.map(([first, last]) => `${hex(first)}-${hex(last)}`).join('')}]`;
}

function writeRounds(part: string, least: number, most: number): string {
  const exactly = (rounds: number): string =>
    `${part}{${roundsLimit}}`.repeat(Math.floor(rounds / roundsLimit)) + `${part}{${rounds % roundsLimit}}`;
  const atMost = (rounds: number): string =>
    `${part}{0,${roundsLimit}}`.repeat(Math.floor(rounds / roundsLimit)) +
    `${part}{0,${rounds % roundsLimit}}`;
  if (least < roundsLimit && (most === Infinity || most < roundsLimit))
    return `${part}{${least},${most === Infinity ? '' : most}}`;
  return exactly(least) + (most === Infinity ? `${part}*` : atMost(most - least));
}
