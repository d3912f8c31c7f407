import type { JsonValue } from '../../json.ts';
import { areEqual } from '../equal-values.ts';
import { fitsFormat } from '../formats.ts';
import { isMultiple } from './is-multiple.ts';
import type { Judgement } from './judgement.ts';
import { anyRule, numberLimit, textLimit, textRule, type Keyword } from './keyword.ts';
import { count, quote, quoteAll, typeName } from './write-value.ts';

/** The keywords for values of every type, for numbers and for texts. */
export const scalarKeywords: readonly Keyword[] = [
  { name: 'type', check: anyRule(checkType) },
  {
    name: 'const',
    check: anyRule((only, value, judgement) => {
      if (!areEqual(only, value, judgement.judge.work))
        judgement.fail(() => `must be ${quote(only)}, but is ${quote(value)}`);
    }),
  },
  { name: 'enum', check: anyRule(checkEnum) },
  bound('minimum', '>=', (value, limit) => value >= limit),
  bound('maximum', '<=', (value, limit) => value <= limit),
  bound('exclusiveMinimum', '>', (value, limit) => value > limit),
  bound('exclusiveMaximum', '<', (value, limit) => value < limit),
  {
    name: 'multipleOf',
    check: numberLimit((divisor, value, judgement) => {
      if (!isMultiple(value, divisor))
        judgement.fail(() => `must be a multiple of ${divisor}, but is ${value}`);
    }),
  },
  {
    name: 'minLength',
    check: textLimit((least, text, judgement) => {
      const length = countCharacters(text, judgement);
      if (length < least)
        judgement.fail(() => `must have at least ${count(least, 'character')}, but has ${length}`);
    }),
  },
  {
    name: 'maxLength',
    check: textLimit((most, text, judgement) => {
      const length = countCharacters(text, judgement);
      if (length > most)
        judgement.fail(() => `must have at most ${count(most, 'character')}, but has ${length}`);
    }),
  },
  {
    name: 'pattern',
    check: textRule((pattern, text, judgement) => {
      const { program, work } = judgement.judge;
      const isMatch = program.matches(pattern, text, work);
      if (isMatch === undefined) judgement.doubt();
      if (isMatch === false) judgement.fail(() => `must match the pattern ${pattern}, but is ${quote(text)}`);
    }),
  },
  {
    name: 'format',
    check(format, judgement) {
      const { value, judge } = judgement;
      if (typeof format !== 'string' || (typeof value !== 'string' && typeof value !== 'number')) return;
      judge.work.spend(typeof value === 'string' ? 1 + value.length / 8 : 1);
      if (!fitsFormat(format, value))
        judgement.fail(() => `must be in the format ${quote(format)}, but is ${quote(value)}`);
    },
  },
];

function bound(name: string, sign: string, holds: (value: number, limit: number) => boolean): Keyword {
  return {
    name,
    check: numberLimit((limit, value, judgement) => {
      if (!holds(value, limit)) judgement.fail(() => `must be ${sign} ${limit}, but is ${value}`);
    }),
  };
}

function checkType(type: JsonValue, value: JsonValue, judgement: Judgement): void {
  const names = (Array.isArray(type) ? type : [type]) as readonly JsonValue[];
  const actual = typeName(value);
  judgement.judge.work.spend(names.length / 16);
  const isOneOfThem = names.some(
    (name) => name === actual || (name === 'integer' && Number.isInteger(value)),
  );
  if (!isOneOfThem) judgement.fail(() => `must be ${names.map(String).join(' or ')}, but is ${actual}`);
}

function checkEnum(choices: JsonValue, value: JsonValue, judgement: Judgement): void {
  const { work } = judgement.judge;
  if (!Array.isArray(choices) || choices.some((choice: JsonValue) => areEqual(choice, value, work))) return;
  judgement.fail(() => `must be one of ${quoteAll(choices)}, but is ${quote(value)}`);
}

/** Characters are code points here, not the code units of `length`. */
function countCharacters(text: string, { judge }: Judgement): number {
  judge.work.spend(text.length / 16);
  let surrogates = 0;
  for (let at = 0; at < text.length; at += 1) if (text.codePointAt(at)! > 0xffff) surrogates += 1;
  return text.length - surrogates;
}
