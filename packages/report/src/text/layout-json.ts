const token = /"(?:\\.|[^"\\])*"|[{}[\],:]|[^\s{}[\],:"]+/g;
const limitCharacters = 100_000;
/** Two blocks of so many columns stand beside each other on a page. */
const lineColumns = 58;

/** A piece of JSON text with the white space that goes before it. */
export interface JsonPiece {
  readonly space: string;
  readonly text: string;
  readonly kind: 'key' | 'string' | 'number' | 'word' | 'sign';
}

/**
 * Lays JSON text out over indented lines, short objects and lists on one. Works on the text and not on parsed values, so
 * that numbers stand as they came over the wire.
 * @param columns an object or list that ends before this column stays on one line
 * @returns undefined for text that is no JSON (cut short, a stream, noise) or too long
 */
export function layoutJson(text: string, columns = lineColumns): readonly JsonPiece[] | undefined {
  if (text.length > limitCharacters || !isJson(text)) return undefined;
  const tokens = text.match(token) ?? [];
  const extents = measure(tokens);
  const pieces: JsonPiece[] = [];
  let depth = 0;
  let inlineUntil = -1;
  for (const [index, text] of tokens.entries()) {
    const before = tokens[index - 1];
    const inside = index <= inlineUntil;
    const opens = text === '{' || text === '[';
    const closes = text === '}' || text === ']';
    const empty = closes && (before === '{' || before === '[');
    if (closes && !inside && !empty) depth -= 1;
    pieces.push({
      space: inside ? spaceInLine(text, before) : spaceOnLines(text, before, depth, empty),
      text,
      kind: kindOf(text, tokens[index + 1]),
    });
    if (!opens || inside) continue;
    const key = before === ':' ? (tokens[index - 2]?.length ?? 0) + 2 : 0;
    const extent = extents.get(index);
    if (extent !== undefined && 2 * depth + key + extent.width <= columns) inlineUntil = extent.end;
    else if (tokens[index + 1] !== '}' && tokens[index + 1] !== ']') depth += 1;
  }
  return pieces;
}

/** The same as plain text; text that is no JSON is returned as it is. */
export function formatJson(text: string, columns = lineColumns): string {
  return (
    layoutJson(text, columns)
      ?.map((piece) => piece.space + piece.text)
      .join('') ?? text
  );
}

interface Extent {
  /** Of its closing sign among the tokens. */
  readonly end: number;
  /** On one line. */
  readonly width: number;
}

/** How far each object and list goes, by the place where it begins; the empty ones are left out. */
function measure(tokens: readonly string[]): ReadonlyMap<number, Extent> {
  const extents = new Map<number, Extent>();
  const open: { readonly index: number; width: number }[] = [];
  for (const [index, text] of tokens.entries()) {
    if (text === '{' || text === '[') open.push({ index, width: 0 });
    const current = open.at(-1);
    if (current === undefined) continue;
    current.width += text.length + spaceInLine(text, tokens[index - 1]).length;
    if (text !== '}' && text !== ']') continue;
    open.pop();
    const parent = open.at(-1);
    if (parent !== undefined) parent.width += current.width;
    if (index > current.index + 1) extents.set(current.index, { end: index, width: current.width });
  }
  return extents;
}

function spaceInLine(text: string, before: string | undefined): string {
  if (text === ',' || text === ':') return '';
  if (before === ',' || before === ':' || before === '{') return text === '}' ? '' : ' ';
  return text === '}' ? ' ' : '';
}

function spaceOnLines(text: string, before: string | undefined, depth: number, empty: boolean): string {
  if (before === undefined || empty || text === ',' || text === ':') return '';
  return before === ':' ? ' ' : `\n${'  '.repeat(depth)}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function kindOf(text: string, next: string | undefined): JsonPiece['kind'] {
  if (text.startsWith('"')) return next === ':' ? 'key' : 'string';
  if (text.length === 1 && '{}[],:'.includes(text)) return 'sign';
  return /^[-\d]/.test(text) ? 'number' : 'word';
}
