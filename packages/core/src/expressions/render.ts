import type { JsonValue } from '../json.ts';
import { evaluateExpression } from './evaluate.ts';
import type { ExpressionContext } from './evaluate.ts';
import { mapStrings, textOf } from './substitute.ts';
import { readExpression } from './template.ts';

/** True when any string of the value holds a `${{`, so that {@link renderExpressionTemplates} has work to do. */
export function hasExpressionTemplates(value: JsonValue): boolean {
  if (typeof value === 'string') return value.includes('${{');
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(hasExpressionTemplates);
}

/**
 * Evaluates every `${{ ... }}` in the strings of a value; the last pass, after `substituteTemplates`.
 * A string that is exactly one expression becomes its value, of whatever type; inside a longer text it is
 * written out. `$${{` becomes a literal `${{`. Other text, `${` included, is left as it is.
 * @throws HarnessError CONFIG_EXPRESSION
 */
export async function renderExpressionTemplates(
  value: JsonValue,
  context: ExpressionContext,
): Promise<JsonValue> {
  if (!hasExpressionTemplates(value)) return value;
  const rendered = new Map<string, JsonValue>();
  mapStrings(value, (text) => {
    if (text.includes('${{')) rendered.set(text, text);
    return text;
  });
  for (const text of rendered.keys()) rendered.set(text, await renderText(text, context));
  return mapStrings(value, (text) => {
    const replacement = rendered.get(text);
    return replacement === undefined ? text : replacement;
  });
}

async function renderText(text: string, context: ExpressionContext): Promise<JsonValue> {
  const parts = splitExpressions(text);
  const [only] = parts;
  if (parts.length === 1 && only?.kind === 'expression') return evaluateExpression(only.text, context);
  let result = '';
  for (const part of parts) {
    const value = part.kind === 'text' ? part.text : await evaluateExpression(part.text, context);
    result += value === null ? '' : textOf(value);
  }
  return result;
}

type Part = { readonly kind: 'text' | 'expression'; readonly text: string };

/** Only `${{` is syntax here: a `${` that is left over is text. */
function splitExpressions(text: string): readonly Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (let at = text.indexOf('${{'); at !== -1; at = text.indexOf('${{', from)) {
    if (at > from && text[at - 1] === '$') {
      parts.push({ kind: 'text', text: `${text.slice(from, at - 1)}\${{` });
      from = at + 3;
      continue;
    }
    if (at > from) parts.push({ kind: 'text', text: text.slice(from, at) });
    const expression = readExpression(text, at);
    parts.push({ kind: 'expression', text: expression.expression });
    from = at + expression.source.length;
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return parts;
}
