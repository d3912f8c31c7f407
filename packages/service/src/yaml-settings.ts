/** YAML files that may hold secrets: errors name the place and the key, and never repeat what stands there. */
import { HarnessError, HarnessErrorList } from '@mcp-test-harness/core/errors';
import { suggestName } from '@mcp-test-harness/core/nearest';
import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';

export type SettingsPath = readonly (string | number)[];

/** A file that follows its schema. */
export interface YamlSettings<T> {
  readonly value: T;
  /** An error that points at the value of a path. */
  readonly problem: (path: SettingsPath, message: string, hint?: string) => HarnessError;
}

/**
 * @throws HarnessErrorList with every fault of the file
 */
export function parseYamlSettings<T>(file: string, text: string, schema: z.ZodType<T>): YamlSettings<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  throwAll(
    [...document.errors, ...document.warnings].slice(0, 5).map(
      ({ pos, code }) =>
        new HarnessError({
          code: 'CONFIG_SYNTAX',
          message: `this is no valid YAML (${code.toLowerCase().replaceAll('_', ' ')})`,
          hint: 'The line is not repeated here, since it may hold a secret.',
          location: at(pos[0]),
        }),
    ),
  );
  const problem = (path: SettingsPath, message: string, hint?: string, code: Code = 'CONFIG_INVALID') =>
    new HarnessError({
      code,
      message: path.length === 0 ? message : `${formatPath(path)}: ${message}`,
      hint,
      location: at(offsetOf(document, path)),
    });
  const parsed = schema.safeParse(toPlain(document, problem));
  if (!parsed.success) throwAll(parsed.error.issues.flatMap((issue) => explain(issue, problem, schema)));
  return { value: parsed.data as T, problem };
}

/**
 * Does nothing when there are none.
 * @throws HarnessErrorList
 */
export function throwAll(errors: readonly HarnessError[]): void {
  const [first, ...rest] = errors;
  if (first !== undefined) throw new HarnessErrorList([first, ...rest]);
}

type Code = 'CONFIG_INVALID' | 'CONFIG_UNKNOWN_KEY' | 'CONFIG_SYNTAX';
type MakeProblem = (path: SettingsPath, message: string, hint?: string, code?: Code) => HarnessError;

/** Aliases that would grow beyond all bounds are refused by the library. */
function toPlain(document: Document, problem: MakeProblem): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    throw problem([], 'the aliases of this file repeat too much', 'Write the values out.', 'CONFIG_SYNTAX');
  }
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'a mapping',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
};

function explain(issue: z.core.$ZodIssue, problem: MakeProblem, schema: z.ZodType): readonly HarnessError[] {
  const path = issue.path as (string | number)[];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) =>
        problem(
          [...path, key],
          'is not a known key',
          suggestName(key, keysAt(schema, path), { what: 'keys' }),
          'CONFIG_UNKNOWN_KEY',
        ),
      );
    case 'invalid_type':
      return [problem(path, `expected ${typeWords[issue.expected] ?? issue.expected}`)];
    case 'invalid_value':
      return [problem(path, `expected one of ${issue.values.map(String).join(', ')}`)];
    case 'too_small':
      return [problem(path, issue.origin === 'array' ? 'needs at least one entry' : 'must not be empty')];
    case 'too_big':
      return [problem(path, `is larger than ${String(issue.maximum)} allows`)];
    case 'custom':
      return [problem(path, issue.message, (issue.params as { hint?: string } | undefined)?.hint)];
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_element':
    case 'invalid_union':
    case 'not_multiple_of':
      break;
  }
  return [problem(path, issue.message)];
}

/** What of a schema leads to those within it. */
interface Inner {
  readonly shape?: z.core.$ZodShape;
  readonly element?: z.core.$ZodType;
  readonly innerType?: z.core.$ZodType;
}

function keysAt(schema: z.core.$ZodType, path: SettingsPath): readonly string[] {
  const definition = unwrap(schema)._zod.def as Inner;
  const [segment, ...rest] = path;
  if (segment === undefined) return Object.keys(definition.shape ?? {});
  const child = typeof segment === 'number' ? definition.element : definition.shape?.[segment];
  return child === undefined ? [] : keysAt(child, rest);
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const { innerType } = schema._zod.def as Inner;
  return innerType === undefined ? schema : unwrap(innerType);
}

/** Where a path is written; what is missing stands where its parent does. */
function offsetOf(document: Document, path: SettingsPath): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function formatPath(path: SettingsPath): string {
  return path
    .map((segment, index) =>
      typeof segment === 'number' ? `[${segment}]` : `${index === 0 ? '' : '.'}${segment}`,
    )
    .join('');
}
