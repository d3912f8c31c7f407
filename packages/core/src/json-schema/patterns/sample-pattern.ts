import type { Work } from '../work.ts';
import { isInSet } from './match-pattern.ts';
import type { PatternNode } from './parse-pattern.ts';

const textLimitCharacters = 4096;
const variants = 12;
/** Tried first, so that samples look like words and numbers where the pattern lets them. */
const likedCodes = Array.from('abcdefghijklABCDEFGHIJKL1234567890-_. /:@#+', (character) =>
  character.codePointAt(0)!,
);

type SetNode = PatternNode & { kind: 'set' };

class DeadEndError extends Error {}

/** Different short texts in which the pattern is found, of at least the given length where it allows that. */
export function* samplePattern(tree: PatternNode, minLength: number, work: Work): Generator<string> {
  if (minLength > textLimitCharacters) return;
  const write = textWriter(tree, minLength, work);
  const seen = new Set<string>();
  for (let extra = 0; extra <= minLength + variants; extra = extra < 64 ? extra + 1 : extra * 2) {
    for (let variant = 0; variant < variants; variant += 1) {
      const text = write(extra, variant);
      if (text === undefined) break;
      if (!seen.has(text)) yield text;
      seen.add(text);
    }
  }
}

type WriteText = (extra: number, variant: number) => string | undefined;

/** Writes a text in which every repetition has `extra` rounds more than it must and every set gives its `variant`th character. */
function textWriter(tree: PatternNode, minLength: number, work: Work): WriteText {
  const liked = new Map<SetNode, readonly number[]>();
  const pickCharacter = (set: SetNode, variant: number): string => {
    const codes = liked.get(set) ?? likedCodes.filter((code) => isInSet(set, code));
    if (!liked.has(set)) work.spend(1 + set.ranges.length);
    liked.set(set, codes);
    if (codes.length > 0) return String.fromCodePoint(codes[variant % codes.length]!);
    const [range] = set.ranges;
    if (range === undefined || set.isNegated) throw new DeadEndError();
    return String.fromCodePoint(range[0] + (variant % (range[1] - range[0] + 1)));
  };

  return (extra, variant) => {
    let text = '';
    let isEnded = false;
    const write = (node: PatternNode): void => {
      work.spend(1 / 4);
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
  };
}
