import { isInSet } from './match-pattern.ts';
import { parsePattern, type PatternNode } from './parse-pattern.ts';

const textLimitCharacters = 4096;
const variants = 12;
/** Tried first, so that samples look like words and numbers where the pattern lets them. */
const likedCodes = Array.from('abcdefghijklABCDEFGHIJKL1234567890-_. /:@#+', (character) =>
  character.codePointAt(0)!,
);

class DeadEndError extends Error {}

/** Different short texts in which the pattern is found, of at least the given length where it allows that. */
export function* samplePattern(pattern: string, minLength: number): Generator<string> {
  const tree = parsePattern(pattern);
  if (tree === undefined || minLength > textLimitCharacters) return;
  const seen = new Set<string>();
  for (let extra = 0; extra <= minLength + variants; extra = extra < 64 ? extra + 1 : extra * 2) {
    for (let variant = 0; variant < variants; variant += 1) {
      const text = writeText(tree, extra, variant, minLength);
      if (text === undefined) break;
      if (!seen.has(text)) yield text;
      seen.add(text);
    }
  }
}

/** One text; every repetition has `extra` rounds more than it must, and every set gives its `variant`th character. */
function writeText(tree: PatternNode, extra: number, variant: number, minLength: number): string | undefined {
  let text = '';
  let isEnded = false;
  const write = (node: PatternNode): void => {
    switch (node.kind) {
      case 'start':
        if (text !== '') throw new DeadEndError();
        break;
      case 'end':
        isEnded = true;
        break;
      case 'set':
        if (isEnded || text.length > textLimitCharacters) throw new DeadEndError();
        text += pickCharacter(node, variant);
        break;
      case 'sequence':
        node.parts.forEach(write);
        break;
      case 'choice':
        write(node.parts[variant % node.parts.length]!);
        break;
      default:
        writeRounds(node, Math.min(node.most, node.least + extra));
    }
  };
  const writeRounds = ({ part }: PatternNode & { kind: 'repeat' }, rounds: number): void => {
    for (let round = 0; round < rounds; round += 1) {
      const before = text.length;
      write(part);
      if (text.length === before) break;
    }
  };
  try {
    write(tree);
  } catch (error) {
    if (error instanceof DeadEndError) return undefined;
    throw error;
  }
  return isEnded ? text : text.padEnd(minLength, 'a');
}

function pickCharacter(set: PatternNode & { kind: 'set' }, variant: number): string {
  const liked = likedCodes.filter((code) => isInSet(set, code));
  if (liked.length > 0) return String.fromCodePoint(liked[variant % liked.length]!);
  const [range] = set.ranges;
  if (range === undefined || set.isNegated) throw new DeadEndError();
  return String.fromCodePoint(range[0] + (variant % (range[1] - range[0] + 1)));
}
