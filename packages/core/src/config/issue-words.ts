/** Issues of the schema in words for people. */
import type { z } from 'zod';
import type { ConfigNode } from './node.ts';
import { nearestName } from '../nearest.ts';

export type Issue = z.core.$ZodIssue;

export interface IssueWords {
  readonly text: string;
  readonly hint?: string | undefined;
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

/** What an issue about a value means; `node` is what stands at its path. Unknown keys are not told here. */
export function wordIssue(issue: Issue, node: ConfigNode | undefined): IssueWords {
  switch (issue.code) {
    case 'invalid_type':
      // A schema that has words of its own says more than its type.
      return issue.message.startsWith('Expected ')
        ? { text: `${lowerFirst(issue.message)}, got ${describeNode(node)}` }
        : wordType(issue.expected, node);
    case 'invalid_value':
      return wordValues(issue.values.map(String), node);
    case 'too_small':
      return wordBound(issue.origin, issue.minimum, issue.inclusive !== false, 'least', node);
    case 'too_big':
      return wordBound(issue.origin, issue.maximum, issue.inclusive !== false, 'most', node);
    case 'invalid_format':
      return wordFormat(issue.format, node);
    case 'invalid_key':
      return { text: 'is no valid name here', hint: issue.issues[0]?.message };
    case 'custom':
    case 'invalid_element':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      break;
  }
  return { text: lowerFirst(issue.message) };
}

/** What stands there, for the end of "expected …, got …". Values from the environment are not shown. */
export function describeNode(node: ConfigNode | undefined): string {
  if (node === undefined) return 'nothing';
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'map') return 'a mapping';
  if (node.made?.masked !== undefined) return `the value of ${shorten(node.made.template)}`;
  if (node.value === null) return 'nothing';
  if (typeof node.value === 'string') return `the text ${JSON.stringify(shorten(node.value))}`;
  return typeof node.value === 'number' ? `the number ${node.value}` : String(node.value);
}

function wordType(expected: string, node: ConfigNode | undefined): IssueWords {
  const wanted = typeNames[expected] ?? expected;
  const text = `expected ${wanted}, got ${describeNode(node)}`;
  if (expected === 'array' && node?.kind === 'map') return { text, hint: 'Begin each item with "- ".' };
  if (node?.kind !== 'scalar') return { text };
  if (node.value === null) return { text, hint: 'Give it a value, or remove the key.' };
  if (expected === 'string') return { text, hint: `Put it in quotes: "${writtenAs(node)}".` };
  if (typeof node.value !== 'string') return { text };
  if (expected === 'boolean' && /^(yes|no|on|off|y|n|true|false)$/i.test(node.value)) {
    const truth = /^(yes|on|y|true)$/i.test(node.value);
    return { text, hint: `Write ${truth}${isQuoted(node) ? ', without quotes' : ''}.` };
  }
  if (expected === 'number' || expected === 'int') {
    const number = Number.parseFloat(node.value);
    if (String(number) === node.value) return { text, hint: `Write ${number}, without quotes.` };
    if (!Number.isNaN(number))
      return { text, hint: `Write the number alone, ${number}: its unit is that of the key.` };
  }
  if (expected === 'array') return { text, hint: `Write a list: ["${shorten(node.value)}"].` };
  return { text };
}

function wordValues(values: readonly string[], node: ConfigNode | undefined): IssueWords {
  const list = values.length === 1 ? values[0] : `one of ${values.join(', ')}`;
  const given = node?.kind === 'scalar' && node.value !== null ? String(node.value) : '';
  const near = nearestName(given, values);
  return {
    text: `expected ${list}, got ${describeNode(node)}`,
    hint: near === undefined ? undefined : `Did you mean ${near}?`,
  };
}

function wordBound(
  origin: string,
  bound: number | bigint,
  inclusive: boolean,
  side: 'least' | 'most',
  node: ConfigNode | undefined,
): IssueWords {
  if (origin === 'string') {
    return { text: bound === 1 ? 'must not be empty' : `must have at ${side} ${bound} characters` };
  }
  if (origin === 'array' || origin === 'set') {
    return {
      text: `needs at ${side} ${bound} ${Number(bound) === 1 ? 'item' : 'items'}`,
      hint: 'Add one: "- …".',
    };
  }
  const limit = inclusive ? `at ${side} ${bound}` : `${side === 'least' ? 'greater' : 'less'} than ${bound}`;
  return { text: `must be ${limit}, got ${describeNode(node)}` };
}

function wordFormat(format: string, node: ConfigNode | undefined): IssueWords {
  if (format === 'url') {
    const given = node?.kind === 'scalar' && node.made?.masked === undefined ? String(node.value) : '';
    return {
      text: `expected a URL, got ${describeNode(node)}`,
      hint: /^[\w.-]+(:\d+)?(\/|$)/.test(given)
        ? `Write http://${given} or https://${given}.`
        : 'It begins with http:// or https://, or with ws:// or wss:// for a WebSocket.',
    };
  }
  if (format === 'regex') {
    return {
      text: `expected a name, got ${describeNode(node)}`,
      hint: 'A name has letters, digits and _, and begins with a letter or _.',
    };
  }
  return { text: `expected ${format}, got ${describeNode(node)}` };
}

function isQuoted(node: ConfigNode): boolean {
  return /^["']/.test(node.source.text.slice(node.start, node.start + 1));
}

function writtenAs(node: ConfigNode): string {
  return shorten(node.source.text.slice(node.start, node.end));
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function lowerFirst(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;
}
