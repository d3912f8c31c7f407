import type { ConfigPath, LoadedConfig } from '../config/types.ts';
import type { SourceLocation } from '../errors.ts';
import { isJsonObject } from '../json.ts';

const expectationKeys = [
  'expected',
  'expect_error',
  'expected_error_code',
  'expected_error_pattern',
  'performance',
] as const;
const stepLists = ['setup_steps', 'steps', 'cleanup_steps'] as const;

/** Keys deeper than this below `expected` are found through their ancestor. */
const deepest = 5;
/** Keys located for one test; the rest is found through ancestors. */
const most = 200;

/**
 * Where each key stands that a failure may point to: `expected.text`, `steps[1].expected.patterns[0]`,
 * `performance.max_execution_time_ms`.
 */
export function locateExpectations(
  test: Readonly<Record<string, unknown>>,
  path: ConfigPath,
  locate: LoadedConfig['locate'],
): Readonly<Record<string, SourceLocation>> {
  const found: Record<string, SourceLocation> = {};
  let count = 0;
  const visit = (value: unknown, key: string, at: ConfigPath, depth: number): void => {
    if (count >= most || value === undefined) return;
    const location = locate(at);
    if (location !== undefined) {
      found[key] = location;
      count += 1;
    }
    if (depth >= deepest) return;
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) visit(item, `${key}[${index}]`, [...at, index], depth + 1);
    } else if (isJsonObject(value)) {
      for (const [name, item] of Object.entries(value))
        visit(item, `${key}.${name}`, [...at, name], depth + 1);
    }
  };
  const visitExpectations = (holder: Readonly<Record<string, unknown>>, prefix: string, at: ConfigPath) => {
    for (const key of expectationKeys) visit(holder[key], `${prefix}${key}`, [...at, key], 0);
  };
  visitExpectations(test, '', path);
  for (const list of stepLists) {
    const steps = test[list];
    if (!Array.isArray(steps)) continue;
    for (const [index, step] of steps.entries()) {
      const at = [...path, list, index];
      visit(null, `${list}[${index}]`, at, 0);
      if (isJsonObject(step)) visitExpectations(step, `${list}[${index}].`, at);
    }
  }
  return found;
}
