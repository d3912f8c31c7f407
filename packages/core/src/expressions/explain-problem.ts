import { nearestName } from '../nearest.ts';
import { expressionContexts, expressionFunctions } from './language.ts';

/** What is wrong with an expression, and where in its text. */
export interface ExpressionProblem {
  readonly message: string;
  readonly hint?: string | undefined;
  /** Offset and length of the offending part, in UTF-16 units. */
  readonly offset: number;
  readonly length: number;
}

interface TokenLike {
  readonly lexeme: string;
  readonly range: { readonly start: { readonly line: number; readonly column: number } };
}

const words: Readonly<Record<string, string>> = { and: '&&', or: '||', not: '!' };

/** Puts an error of the expression library into words, with the part of the text it is about. */
export function explainProblem(
  source: string,
  error: unknown,
  token: TokenLike | undefined,
): ExpressionProblem {
  const text = error instanceof Error ? error.message : String(error);
  const { offset, lexeme } = token === undefined ? placeFromMessage(source, text) : placeOf(source, token);
  const place = { offset, length: Math.max(1, lexeme.length) };
  const word = words[lexeme.toLowerCase()];
  if (word !== undefined) {
    return { message: `"${lexeme}" is not an operator`, hint: `Write ${word}.`, ...place };
  }
  if (text.startsWith('Unrecognized named-value')) {
    return {
      message: `"${lexeme}" is not known here`,
      hint: suggestion(lexeme, expressionContexts, 'known are'),
      ...place,
    };
  }
  if (text.startsWith('Unrecognized function')) {
    return {
      message: `there is no function "${lexeme}"`,
      hint: suggestion(lexeme, expressionFunctions, 'there are'),
      ...place,
    };
  }
  if (text.startsWith('Too few') || text.startsWith('Too many') || text.startsWith('Even number')) {
    return { message: `${lexeme}: ${lowerFirst(text.split(': ')[0] ?? text)}`, ...place };
  }
  if (text.startsWith('Exceeded max expression depth')) {
    return { message: 'the expression is nested too deep', ...place };
  }
  if (text.startsWith('Unexpected end') || lexeme === '') {
    return { message: 'the expression ends too early', ...place };
  }
  return { message: `unexpected ${JSON.stringify(lexeme)}`, hint: hintFor(lexeme), ...place };
}

function placeOf(source: string, token: TokenLike): { offset: number; lexeme: string } {
  let lineStart = 0;
  for (let line = 0; line < token.range.start.line; line += 1)
    lineStart = source.indexOf('\n', lineStart) + 1;
  return { offset: Math.min(lineStart + token.range.start.column, source.length), lexeme: token.lexeme };
}

/** The lexer's errors carry the place only in their text. */
function placeFromMessage(source: string, message: string): { offset: number; lexeme: string } {
  const found = /^Unexpected symbol: '(.*)'\. Located at position (\d+) within/s.exec(message);
  if (found === null) return { offset: 0, lexeme: source };
  return { offset: Number(found[2]) - 1, lexeme: found[1] ?? '' };
}

function hintFor(lexeme: string): string | undefined {
  if (lexeme.startsWith('"')) return "Strings are written in single quotes: 'text'.";
  if (lexeme.startsWith("'")) return "Close the string with '. A quote inside is doubled: 'it''s'.";
  if (lexeme.startsWith('=')) return 'Compare with ==.';
  if (lexeme.startsWith('&')) return 'Write &&.';
  if (lexeme.startsWith('|')) return 'Write ||.';
  if (lexeme.startsWith('$')) return 'Variables are written variables.name or env.NAME here.';
  return undefined;
}

function suggestion(word: string, known: readonly string[], lead: string): string {
  const near = nearestName(word, known);
  return near === undefined
    ? `${lead[0]?.toUpperCase()}${lead.slice(1)} ${known.join(', ')}.`
    : `Did you mean ${near}?`;
}

function lowerFirst(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;
}
