/** A regular expression of the common kind: no lookaround, backreferences, word boundaries or character properties. */
export type PatternNode =
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'set'; readonly ranges: readonly CodeRange[]; readonly isNegated: boolean }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly least: number; readonly most: number };

type CodeRange = readonly [first: number, last: number];

const digits: readonly CodeRange[] = [[48, 57]];
const wordCharacters: readonly CodeRange[] = [[97, 122], [65, 90], ...digits, [95, 95]];
const spaces: readonly CodeRange[] = [
  [32, 32],
  [9, 13],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
const classEscapes: Readonly<Record<string, readonly CodeRange[]>> = {
  d: digits,
  w: wordCharacters,
  s: spaces,
};
const lineEnds: readonly CodeRange[] = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
];
const controlEscapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, 0: 0 };
const nestingLimit = 50;
const lengthLimitCharacters = 1000;

class NotCommonError extends Error {}

/** The pattern as a tree, or undefined when it is not of the common kind or not a pattern at all. */
export function parsePattern(pattern: string): PatternNode | undefined {
  if (pattern.length > lengthLimitCharacters) return undefined;
  const characters = Array.from(pattern);
  let at = 0;
  let nesting = 0;

  const fail = (): never => {
    throw new NotCommonError(pattern);
  };
  const take = (text: string): boolean => {
    if (characters.slice(at, at + text.length).join('') !== text) return false;
    at += text.length;
    return true;
  };
  const next = (): string => characters[at++] ?? fail();

  const readChoice = (): PatternNode => {
    nesting += 1;
    if (nesting > nestingLimit) fail();
    const parts = [readSequence()];
    while (take('|')) parts.push(readSequence());
    nesting -= 1;
    return parts.length === 1 ? parts[0]! : { kind: 'choice', parts };
  };
  const readSequence = (): PatternNode => {
    const parts: PatternNode[] = [];
    while (at < characters.length && characters[at] !== '|' && characters[at] !== ')')
      parts.push(readRepeat());
    return { kind: 'sequence', parts };
  };
  const readRepeat = (): PatternNode => {
    const part = readAtom();
    const bounds = readQuantifier();
    if (bounds === undefined) return part;
    take('?');
    if (part.kind === 'start' || part.kind === 'end' || readQuantifier() !== undefined) fail();
    return { kind: 'repeat', part, ...bounds };
  };
  const readQuantifier = (): { least: number; most: number } | undefined => {
    if (take('*')) return { least: 0, most: Infinity };
    if (take('+')) return { least: 1, most: Infinity };
    if (take('?')) return { least: 0, most: 1 };
    const match = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(characters.slice(at, at + 12).join(''));
    if (match === null) return undefined;
    at += match[0].length;
    const least = Number(match[1]);
    const most = match[2] === undefined ? least : match[3] === '' ? Infinity : Number(match[3]);
    return most < least ? fail() : { least, most };
  };
  const readAtom = (): PatternNode => {
    if (take('(')) {
      if (take('?') && !take(':')) {
        if (!take('<')) fail();
        if (characters[at] === '=' || characters[at] === '!') fail();
        while (next() !== '>');
      }
      const inner = readChoice();
      return take(')') ? inner : fail();
    }
    const character = next();
    if (character === '^') return { kind: 'start' };
    if (character === '$') return { kind: 'end' };
    if (character === '.') return { kind: 'set', ranges: lineEnds, isNegated: true };
    if (character === '[') return readClass();
    if (character === '\\') return readEscape(false);
    if ('*+?{}])'.includes(character)) return fail();
    return oneOf(character.codePointAt(0)!);
  };
  const readClass = (): PatternNode => {
    const isNegated = take('^');
    const ranges: CodeRange[] = [];
    while (!take(']')) {
      const from = readClassMember();
      const isRange = characters[at] === '-' && characters[at + 1] !== ']';
      if (!isRange) {
        ranges.push(...from);
        continue;
      }
      at += 1;
      const to = readClassMember();
      const [first] = from;
      const [last] = to;
      if (from.length !== 1 || to.length !== 1 || first![0] !== first![1] || last![0] !== last![1]) fail();
      if (first![0] > last![0]) fail();
      ranges.push([first![0], last![0]]);
    }
    return { kind: 'set', ranges, isNegated };
  };
  const readClassMember = (): readonly CodeRange[] => {
    const character = next();
    if (character !== '\\') {
      const code = character.codePointAt(0)!;
      return [[code, code]];
    }
    const set = readEscape(true);
    if (set.kind !== 'set') return fail();
    return set.isNegated ? complementOf(set.ranges) : set.ranges;
  };
  const readEscape = (isInClass: boolean): PatternNode => {
    const character = next();
    const ranges = classEscapes[character.toLowerCase()];
    if (ranges !== undefined)
      return { kind: 'set', ranges, isNegated: character !== character.toLowerCase() };
    const control = controlEscapes[character];
    if (control !== undefined) return oneOf(control);
    const code = /^(?:x([\da-f]{2})|u([\da-f]{4})|u\{([\da-f]{1,6})\})/i.exec(
      characters.slice(at - 1, at + 9).join(''),
    );
    if (code !== null) {
      at += code[0].length - 1;
      return oneOf(joinSurrogates(Number.parseInt(code[1] ?? code[2] ?? code[3]!, 16)));
    }
    if (isInClass && character === 'b') return oneOf(8);
    if (character === 'c' && /^[A-Za-z]$/.test(characters[at] ?? ''))
      return oneOf(next().codePointAt(0)! % 32);
    return /[A-Za-z0-9]/.test(character) ? fail() : oneOf(character.codePointAt(0)!);
  };

  /** Two escapes may stand for one character: `\ud83d\ude00`. */
  const joinSurrogates = (high: number): number => {
    const low = /^\\u(d[c-f][\da-f]{2})/i.exec(characters.slice(at, at + 6).join(''));
    if (high < 0xd800 || high > 0xdbff || low === null) return high;
    at += low[0].length;
    return (high - 0xd800) * 0x400 + Number.parseInt(low[1]!, 16) - 0xdc00 + 0x10000;
  };

  try {
    const tree = readChoice();
    return at === characters.length ? tree : undefined;
  } catch (error) {
    if (error instanceof NotCommonError) return undefined;
    throw error;
  }
}

function complementOf(ranges: readonly CodeRange[]): CodeRange[] {
  let next = 0;
  const gaps: CodeRange[] = [];
  for (const [first, last] of [...ranges].sort(([a], [b]) => a - b)) {
    if (first > next) gaps.push([next, first - 1]);
    next = last + 1;
  }
  return [...gaps, [next, 0x10ffff]];
}

function oneOf(code: number): PatternNode {
  return { kind: 'set', ranges: [[code, code]], isNegated: false };
}
