/**
 * The grammar of `${...}`, spec `suite-language.md`, "Variables and expressions".
 *
 *     ${NAME}  ${NAME.path[0]["a key"]}  ${NAME:-default}  ${NAME:?message}
 *     $${      a literal ${
 *     ${{ }}   an expression, left to the expression pass
 *
 * Scanning is one pass over the text; nothing that was inserted is ever scanned again.
 */
import { HarnessError } from '../errors.ts';

/** One `${NAME...}` in a text. */
export interface TemplateReference {
  readonly kind: 'reference';
  readonly name: string;
  /** Members and indexes below the value: `${a.b[0]}` has `['b', 0]`. */
  readonly path: readonly (string | number)[];
  /** Text after `:-`, used when the value is unset, null or empty. */
  readonly fallback: string | undefined;
  /** Text after `:?`: the value must be set and not empty, else this is the error's message. */
  readonly required: string | undefined;
  /** The reference as written, `${` and `}` included. */
  readonly source: string;
  /** Offset of `source` in the text. */
  readonly offset: number;
}

/** One `${{ ... }}` in a text. */
export interface TemplateExpression {
  readonly kind: 'expression';
  /** What stands between the braces, trimmed. */
  readonly expression: string;
  /** Offset of the trimmed expression in the text. */
  readonly expressionOffset: number;
  readonly source: string;
  readonly offset: number;
}

/** Text between references. `escape` is a `$${` or `$${{` as written, any other text stands for itself. */
export interface TemplateText {
  readonly kind: 'text' | 'escape';
  readonly source: string;
  readonly offset: number;
}

export type TemplatePart = TemplateText | TemplateReference | TemplateExpression;

/** True when the text holds anything that {@link parseTemplate} would not return as plain text. */
export function hasTemplate(text: string): boolean {
  return text.includes('${');
}

/**
 * Splits a text into its parts; their `source` members joined give the text again.
 * @throws HarnessError CONFIG_INVALID with `details.offset` when a `${` is no well-formed reference.
 */
export function parseTemplate(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let from = 0;
  const endText = (until: number): void => {
    if (until > from) parts.push({ kind: 'text', source: text.slice(from, until), offset: from });
  };
  for (let at = text.indexOf('${'); at !== -1; at = text.indexOf('${', from)) {
    const doubled = text[at + 2] === '{';
    if (at > from && text[at - 1] === '$') {
      endText(at - 1);
      from = at + (doubled ? 3 : 2);
      parts.push({ kind: 'escape', source: text.slice(at - 1, from), offset: at - 1 });
      continue;
    }
    endText(at);
    const part = doubled ? readExpression(text, at) : readReference(text, at);
    parts.push(part);
    from = at + part.source.length;
  }
  endText(text.length);
  return parts;
}

/** The text that an escape stands for in the pass that ends it. */
export function unescapeReference(source: string): string {
  return source === '$${' ? '${' : source;
}

/**
 * Reads the `${{ ... }}` that begins at an offset; a quoted `}}` does not end it.
 * @throws HarnessError CONFIG_INVALID when it is not closed.
 */
export function readExpression(text: string, offset: number): TemplateExpression {
  let quoted = false;
  for (let at = offset + 3; at < text.length; at += 1) {
    if (text[at] === "'") quoted = !quoted;
    if (quoted || text[at] !== '}' || text[at + 1] !== '}') continue;
    const inner = text.slice(offset + 3, at);
    const expression = inner.trim();
    return {
      kind: 'expression',
      expression,
      expressionOffset: offset + 3 + inner.indexOf(expression),
      source: text.slice(offset, at + 2),
      offset,
    };
  }
  throw malformed(text, offset, 'the expression is not closed by }}');
}

const namePattern = /[A-Za-z_][A-Za-z0-9_]*/y;
const memberPattern = /\.([A-Za-z0-9_$-]+)|\[(?:(\d{1,9})|"((?:[^"\\]|\\.)*)"|'([^']*)')\]/y;

function readReference(text: string, offset: number): TemplateReference {
  const name = match(namePattern, text, offset + 2)?.[0];
  if (name === undefined) throw malformed(text, offset, 'a name must follow');
  let at = offset + 2 + name.length;
  const path: (string | number)[] = [];
  for (let member = match(memberPattern, text, at); member; member = match(memberPattern, text, at)) {
    const [whole, dotted, index, double, single] = member;
    at += whole.length;
    if (index !== undefined) path.push(Number(index));
    else path.push(dotted ?? single ?? unquote(double ?? ''));
  }
  let fallback: string | undefined;
  let required: string | undefined;
  const operator = text.slice(at, at + 2);
  if (operator === ':-' || operator === ':?') {
    const end = closingBrace(text, at + 2, offset);
    const argument = text.slice(at + 2, end);
    if (operator === ':-') fallback = argument;
    else required = argument;
    at = end;
  }
  if (text[at] !== '}') throw malformed(text, offset, explainTail(text, at, name));
  return { kind: 'reference', name, path, fallback, required, source: text.slice(offset, at + 1), offset };
}

/** Finds the brace that ends a default or message; braces inside must be balanced. */
function closingBrace(text: string, from: number, offset: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === '$' && text[at + 1] === '{') {
      throw malformed(text, offset, 'a default or message cannot hold another ${...}');
    }
    if (character === '{') depth += 1;
    if (character !== '}') continue;
    if (depth === 0) return at;
    depth -= 1;
  }
  throw malformed(text, offset, 'it is not closed by }');
}

function explainTail(text: string, at: number, name: string): string {
  if (at >= text.length) return 'it is not closed by }';
  if (text[at] === '-' || text[at] === '?') return `a default is written \${${name}:-default}`;
  return `${JSON.stringify(text[at])} cannot stand after ${JSON.stringify(text.slice(0, at).slice(-20))}`;
}

function malformed(text: string, offset: number, reason: string): HarnessError {
  const shown = text.slice(offset, offset + 40);
  return new HarnessError({
    code: 'CONFIG_INVALID',
    message: `${JSON.stringify(shown.length < text.length - offset ? `${shown}…` : shown)} is no valid reference: ${reason}`,
    hint: 'Write ${NAME}, ${NAME.path[0]}, ${NAME:-default} or ${NAME:?message}; a literal ${ is written $${.',
    details: { offset },
  });
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function unquote(text: string): string {
  return text.replaceAll(/\\(.)/gs, '$1');
}
