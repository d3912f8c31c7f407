import type { SourceLocation } from './errors.ts';

/** The place that the message of JSON.parse names; the end of the text where it names none. */
export function locateSyntaxError(text: string, file: string, message: string): SourceLocation {
  const offset = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { file, line, column: offset - before.lastIndexOf('\n') };
}

/** Longer texts are not searched: their faults stand at the beginning. */
const longestSearched = 4 * 1024 * 1024;

/** Where a member, or the nearest one around it, stands in a JSON text. JSON is YAML, whose parser knows places. */
export async function locateMember(
  text: string,
  file: string,
  path: readonly PropertyKey[],
): Promise<SourceLocation> {
  const start = { file, line: 1, column: 1 };
  if (text.length > longestSearched) return start;
  const { isNode, LineCounter, parseDocument } = await import('yaml');
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, logLevel: 'silent', uniqueKeys: false });
  for (let { length } = path; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (!isNode(node) || node.range === undefined || node.range === null) continue;
    const { line, col } = lineCounter.linePos(node.range[0]);
    return { file, line, column: col };
  }
  return start;
}
