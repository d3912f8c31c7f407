import { escapeHtml } from './escape.ts';

const token = /"(?:\\.|[^"\\])*"|[{}[\],:]|[^\s{}[\],:"]+/g;
const limitCharacters = 100_000;

/**
 * JSON text as indented, tinted HTML. Works on the text and not on parsed values, so that numbers stand as they came
 * over the wire. Text that is no JSON (cut short, a stream, noise) is shown as it is.
 */
export function tintJson(text: string): string {
  return text.length <= limitCharacters && isJson(text) ? indent(text.match(token) ?? []) : escapeHtml(text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function indent(tokens: readonly string[]): string {
  let depth = 0;
  let out = '';
  for (const [index, text] of tokens.entries()) {
    const next = tokens[index + 1];
    if (text === '{' || text === '[') {
      const closed = next === '}' || next === ']';
      if (!closed) depth += 1;
      out += closed ? text : `${text}${newline(depth)}`;
    } else if (text === '}' || text === ']') {
      const before = tokens[index - 1];
      const empty = before === '{' || before === '[';
      if (!empty) depth -= 1;
      out += empty ? text : `${newline(depth)}${text}`;
    } else if (text === ',') {
      out += `,${newline(depth)}`;
    } else if (text === ':') {
      out += ': ';
    } else {
      out += `<span class="${kindOf(text, next)}">${escapeHtml(text)}</span>`;
    }
  }
  return out;
}

function newline(depth: number): string {
  return `\n${'  '.repeat(depth)}`;
}

function kindOf(text: string, next: string | undefined): string {
  if (!text.startsWith('"')) return /^[-\d]/.test(text) ? 'j-n' : 'j-w';
  return next === ':' ? 'j-k' : 'j-s';
}
