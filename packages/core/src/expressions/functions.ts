/**
 * The language's functions whose output can outgrow their input, held to a bound, and the two JSON
 * functions over our own data. The others (contains, startsWith, endsWith, case) are the library's.
 */
import * as data from '@actions/expressions/data/index';
import { wellKnownFunctions } from '@actions/expressions/funcs';
import type { JsonValue } from '../json.ts';
import { toData, toJson } from './expression-data.ts';
import { maxTextLength } from './language.ts';

type FunctionDefinition = (typeof wellKnownFunctions)[string];

const format = (...args: data.ExpressionData[]): data.ExpressionData => {
  const texts = args.map((arg) => arg.coerceString());
  const [template = '', ...values] = texts;
  const longest = Math.max(0, ...values.map((text) => text.length));
  demandBound(template.length + countOf(template, '{') * longest);
  return libraryFunction('format').call(...texts.map((text) => new data.StringData(text)));
};

const join = (...args: data.ExpressionData[]): data.ExpressionData => {
  const [list, separator] = args;
  if (list?.kind === data.Kind.Array) {
    const gap = separator?.primitive === true ? separator.coerceString().length : 1;
    demandBound(list.values().reduce((sum, item) => sum + item.coerceString().length + gap, 0));
  }
  return libraryFunction('join').call(...args);
};

const toJsonText = (value?: data.ExpressionData): data.ExpressionData => {
  const text = JSON.stringify(value === undefined ? null : toJson(value), undefined, 2);
  demandBound(text.length);
  return new data.StringData(text);
};

const fromJsonText = (value?: data.ExpressionData): data.ExpressionData => {
  const text = value?.coerceString() ?? '';
  try {
    return toData(JSON.parse(text) as JsonValue);
  } catch (cause) {
    throw new Error(`fromJSON cannot read ${JSON.stringify(text.slice(0, 60))} as JSON`, { cause });
  }
};

/** Implementations that take the place of the library's, by lower-case name. */
export const boundedFunctions: Map<string, FunctionDefinition> = new Map(
  Object.entries({ format, join, tojson: toJsonText, fromjson: fromJsonText }).map(([name, call]) => [
    name,
    { ...libraryFunction(name), call },
  ]),
);

function libraryFunction(name: string): FunctionDefinition {
  const definition = wellKnownFunctions[name];
  if (definition === undefined) throw new Error(`The expression library has no function ${name}.`);
  return definition;
}

function countOf(text: string, character: string): number {
  return text.split(character).length - 1;
}

function demandBound(length: number): void {
  if (length > maxTextLength) throw new Error(`the text would be longer than ${maxTextLength} characters`);
}
