import { HarnessError } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { ExpressionProblem } from './explain-problem.ts';

/** What `skip_if`, `only_if` and `${{ }}` can see. A member that is unset reads as null. */
export interface ExpressionContext {
  readonly server?:
    { readonly capabilities?: JsonObject | undefined; readonly info?: JsonObject | undefined } | undefined;
  readonly protocol_version?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly variables?: JsonObject | undefined;
  /** Name of the chosen environment. */
  readonly environment?: string | undefined;
  /** Stored exchanges by their `store_result_as` name. */
  readonly steps?: Readonly<Record<string, JsonValue>> | undefined;
}

/**
 * Evaluates an expression of GitHub's expression language: literals, `== != < <= > >= ! && ||`, member and
 * index access, and contains, startsWith, endsWith, format, join, toJSON, fromJSON, case. String comparison
 * ignores case; a missing member is null; there are no loops, no regular expressions and no prototype access.
 * The text may be wrapped in `${{ }}`.
 * @throws HarnessError CONFIG_EXPRESSION
 */
export async function evaluateExpression(source: string, context: ExpressionContext): Promise<JsonValue> {
  return (await evaluate(source, context)).value;
}

/** Like {@link evaluateExpression}, as a condition: null, false, 0, NaN and '' are false, all else is true. */
export async function evaluateCondition(source: string, context: ExpressionContext): Promise<boolean> {
  return (await evaluate(source, context)).truthy;
}

/**
 * Checks the syntax, the names of contexts and functions, and the numbers of arguments, without evaluating.
 * Resolves to undefined when the expression is sound.
 */
export async function checkExpression(source: string): Promise<ExpressionProblem | undefined> {
  const { compileExpression } = await import('./compile-expression.ts');
  const { text, offset } = unwrap(source);
  const compiled = compileExpression(text);
  if (!('problem' in compiled)) return undefined;
  return { ...compiled.problem, offset: compiled.problem.offset + offset };
}

async function evaluate(
  source: string,
  context: ExpressionContext,
): Promise<{ readonly value: JsonValue; readonly truthy: boolean }> {
  const { compileExpression, runExpression } = await import('./compile-expression.ts');
  const compiled = compileExpression(unwrap(source).text);
  if ('problem' in compiled) {
    const { message, hint } = compiled.problem;
    throw new HarnessError({
      code: 'CONFIG_EXPRESSION',
      message: `${shorten(source)}: ${message}`,
      hint,
      details: { offset: compiled.problem.offset },
    });
  }
  try {
    return runExpression(compiled.expression, context as Readonly<Record<string, JsonValue | undefined>>);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HarnessError({ code: 'CONFIG_EXPRESSION', message: `${shorten(source)}: ${reason}`, cause });
  }
}

function unwrap(source: string): { readonly text: string; readonly offset: number } {
  const wrapped = /^(\s*\$\{\{)(.*)\}\}\s*$/s.exec(source);
  if (wrapped === null || wrapped[2]?.includes('${{') === true) return { text: source, offset: 0 };
  return { text: wrapped[2] ?? '', offset: wrapped[1]?.length ?? 0 };
}

function shorten(source: string): string {
  return source.length > 120 ? `${source.slice(0, 119)}…` : source;
}
