/** Parsing and evaluating with `@actions/expressions`; imported only when there is an expression. */
import type { Expr } from '@actions/expressions/ast';
import type { ExpressionData } from '@actions/expressions/data/index';
import { ExpressionError } from '@actions/expressions/errors';
import { Evaluator } from '@actions/expressions/evaluator';
import { Lexer, TokenType } from '@actions/expressions/lexer';
import type { Token } from '@actions/expressions/lexer';
import { Parser } from '@actions/expressions/parser';
import { falsy } from '@actions/expressions/result';
import type { JsonValue } from '../json.ts';
import { explainProblem } from './explain-problem.ts';
import type { ExpressionProblem } from './explain-problem.ts';
import { toContext, toJson } from './expression-data.ts';
import { boundedFunctions } from './functions.ts';
import { expressionContexts, maxExpressionLength } from './language.ts';

type Compiled = { readonly expression: Expr } | { readonly problem: ExpressionProblem };

const cache = new Map<string, Compiled>();
const cacheLimit = 500;

/** Parses once per text; the newest {@link cacheLimit} are kept. */
export function compileExpression(source: string): Compiled {
  const known = cache.get(source);
  if (known !== undefined) return known;
  if (cache.size >= cacheLimit) cache.clear();
  const compiled = parse(source);
  cache.set(source, compiled);
  return compiled;
}

function parse(source: string): Compiled {
  if (source.trim() === '') return { problem: { message: 'the expression is empty', offset: 0, length: 1 } };
  if (source.length > maxExpressionLength) {
    const message = `the expression is longer than ${maxExpressionLength} characters`;
    return { problem: { message, offset: 0, length: 1 } };
  }
  try {
    const { tokens } = new Lexer(source).lex();
    for (const token of tokens) {
      // The library unescapes only the first '' of a string.
      if (token.type === TokenType.STRING) token.value = token.lexeme.slice(1, -1).replaceAll("''", "'");
    }
    return { expression: new Parser(tokens, expressionContexts, []).parse() };
  } catch (error) {
    // Typed private by the library, but the only way to the place of the fault.
    const token = error instanceof ExpressionError ? (error as unknown as { tok: Token }).tok : undefined;
    return { problem: explainProblem(source, error, token) };
  }
}

/** Evaluates what {@link compileExpression} returned. */
export function runExpression(
  expression: Expr,
  contexts: Readonly<Record<string, JsonValue | undefined>>,
): { readonly value: JsonValue; readonly truthy: boolean } {
  const filled: Record<string, JsonValue | undefined> = {};
  for (const name of expressionContexts) filled[name] = contexts[name] ?? null;
  const result: ExpressionData = new Evaluator(expression, toContext(filled), boundedFunctions).evaluate();
  return { value: toJson(result), truthy: !falsy(result) };
}
