/**
 * RFC 9535 JSONPath, https://www.rfc-editor.org/rfc/rfc9535. Import dynamically: the parser and the regular
 * expression engine are heavy. `match` and `search` run in linear time, since they see texts that are not ours.
 */
import { FunctionExpressionType, JSONPathEnvironment } from 'json-p3';
import type { FilterFunction } from 'json-p3';
import type { JsonValue } from '../json.ts';
import { createSafeRegex } from '../regex.ts';
import type { SafeRegex } from '../regex.ts';
import type { SelectedNode } from './key.ts';

/** Selects nodes. Throws when the value is nested too deeply. */
export type JsonPathQuery = (root: JsonValue) => readonly SelectedNode[];

const patternLimit = 100;
const environment = new JSONPathEnvironment({ maxRecursionDepth: 500 });
environment.functionRegister.set(
  'match',
  regexFunction((pattern) => `^(?:${pattern})$`),
);
environment.functionRegister.set(
  'search',
  regexFunction((pattern) => pattern),
);

/**
 * Compiles a JSONPath.
 * @throws Error that says what is wrong with it
 */
export function compileJsonPath(path: string): JsonPathQuery {
  const query = environment.compile(path);
  return (root) =>
    query
      .query(root as Parameters<typeof query.query>[0])
      .nodes.filter((node) => node.value !== undefined)
      .map(({ value, location }) => ({ value: value as JsonValue, location }));
}

/** RFC 9535, sections 2.4.6 and 2.4.7: anything but two strings and a valid pattern gives false. */
function regexFunction(wrap: (pattern: string) => string): FilterFunction {
  const compiled = new Map<string, SafeRegex | undefined>();
  const compile = (pattern: string): SafeRegex | undefined => {
    if (compiled.has(pattern)) return compiled.get(pattern);
    if (compiled.size >= patternLimit) compiled.clear();
    let regex: SafeRegex | undefined;
    try {
      regex = createSafeRegex(wrap(pattern));
    } catch {
      regex = undefined;
    }
    compiled.set(pattern, regex);
    return regex;
  };
  return {
    argTypes: [FunctionExpressionType.ValueType, FunctionExpressionType.ValueType],
    returnType: FunctionExpressionType.LogicalType,
    call: (text: unknown, pattern: unknown) =>
      typeof text === 'string' && typeof pattern === 'string' && (compile(pattern)?.test(text) ?? false),
  };
}
