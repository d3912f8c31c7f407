import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Work, WorkLimitError } from '../work.ts';
import { compilePatterns } from './compile-patterns.ts';
import { LightPatterns } from './light-patterns.ts';
import { parsePattern } from './parse-pattern.ts';

const atoms = String.raw`a b 1 . \d \w \s \S \W [a-c] [^a] [\d-] [\s\S] [] [^] \. \x61 \cA 😀 - ^ $`.split(
  ' ',
);
const escapes = ['\\u0041', '\\u{1F600}', '\\ud83d\\ude00'];
const atom = fc.constantFrom(...atoms, ...escapes);
const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,}', '{0,2}', '+?');
const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { depthSize: 'small' },
    fc.tuple(atom, quantifier).map(([one, times]) => (one === '^' || one === '$' ? one : one + times)),
    fc.array(tie('pattern'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
    fc.tuple(tie('pattern'), tie('pattern')).map(([left, right]) => `(?:${left}|${right})`),
    fc.tuple(tie('pattern'), quantifier).map(([inner, times]) => `(${inner})${times}`),
    tie('pattern').map((inner) => `^(?:${inner})$`),
  ),
}));
const text = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', '1', '-', '.', ' ', 'A', 'é', '😀', '\n', '\r', '\u00a0', '\u2028'),
  maxLength: 6,
});

const enough = (): Work => new Work(1_000_000);
const matchLightly = (source: string, sample: string): boolean | undefined =>
  new LightPatterns().matches(source, sample, enough());

async function matchLinearly(source: string, sample: string): Promise<boolean | undefined> {
  const { matches } = await compilePatterns(new Set([source]));
  return matches(source, sample, enough());
}

function samplesOf(source: string, limit: number): string[] {
  const found: string[] = [];
  for (const sample of new LightPatterns().samples(source, 0, enough())) {
    if (found.length === limit) break;
    found.push(sample);
  }
  return found;
}

describe('a pattern means what it means to JavaScript', () => {
  // Short texts, for which no pattern takes the built-in engine long.
  const asJavaScript = (source: string, sample: string): boolean => new RegExp(source, 'u').test(sample);

  it('without an engine', () => {
    fc.assert(
      fc.property(pattern, text, (source, sample) => {
        const isMatch = matchLightly(source, sample);
        if (isMatch !== undefined) expect(isMatch).toBe(asJavaScript(source, sample));
      }),
      { numRuns: 1000 },
    );
  });

  it('in the linear-time engine', async () => {
    await fc.assert(
      fc.asyncProperty(pattern, text, async (source, sample) => {
        expect(await matchLinearly(source, sample)).toBe(asJavaScript(source, sample));
      }),
      { numRuns: 200 },
    );
  });

  it('in its samples', () => {
    fc.assert(
      fc.property(pattern, (source) => {
        for (const sample of samplesOf(source, 30)) expect(asJavaScript(source, sample)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('patterns that only the linear-time engine knows', () => {
  it.each([
    ['\\bword', 'a word', true],
    ['^\\p{L}+$', 'é1', false],
  ])('/%s/ in %j: %s', async (source, sample, isMatch) => {
    expect(matchLightly(source, sample)).toBeUndefined();
    expect(samplesOf(source, 1)).toEqual([]);
    expect(await matchLinearly(source, sample)).toBe(isMatch);
  });

  it('include those with thousands of rounds', async () => {
    expect(await matchLinearly('^[^]{1,1500}$', 'x'.repeat(1500))).toBe(true);
    expect(await matchLinearly('^[^]{1,1500}$', 'x'.repeat(1501))).toBe(false);
    expect(await matchLinearly('^(?:ab){1001,}$', 'ab'.repeat(1000))).toBe(false);
    expect(await matchLinearly('^(?:ab){1001,}$', 'ab'.repeat(1002))).toBe(true);
  });
});

describe('patterns that cannot be checked', () => {
  it.each([
    '(?=a)',
    '(?!a)',
    '(?<=a)b',
    '(a)\\1',
    '(',
    ')',
    '[b-a]',
    'a**',
    '*',
    '[a',
    '\\',
    '((a{99}){99}){99}',
  ])('/%s/ is reported and decides nothing', async (source) => {
    const { problems, matches } = await compilePatterns(new Set([source, 'fine']));
    expect(problems).toEqual([expect.stringContaining(`a pattern cannot be checked: /${source}/`)]);
    expect(matches(source, 'a', enough())).toBeUndefined();
    expect(matches('fine', 'fine', enough())).toBe(true);
  });

  it('include the last of too many', async () => {
    const many = Array.from({ length: 100 }, (_pattern, index) => `^[a-z]{1,900}${index}$`);
    const { problems } = await compilePatterns(new Set(many));
    expect(problems.length).toBeGreaterThan(20);
    expect(problems.at(-1)).toContain('/^[a-z]{1,900}99$/ is too much, alone or with the others');
  });
});

it('a pattern that blows up backtracking engines costs work, not time', async () => {
  const bomb = `${'a'.repeat(20_000)}!`;
  expect(matchLightly('^(a+)+$', bomb)).toBeUndefined();
  expect(await matchLinearly('^(a+)+$', bomb)).toBe(false);
  const { matches } = await compilePatterns(new Set(['(a?){900}a{900}$']));
  expect(() => matches('(a?){900}a{900}$', bomb, enough())).toThrow(WorkLimitError);
});

it('the samples of a pattern differ', () => {
  expect(parsePattern('^id-[a-z]{2}$')).toBeDefined();
  const samples = samplesOf('^id-[a-z]{2}$', 100);
  expect(samples.slice(0, 2)).toEqual(['id-aa', 'id-bb']);
  expect(new Set(samples).size).toBe(samples.length);
});
