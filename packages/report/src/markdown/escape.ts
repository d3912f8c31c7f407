import { cleanLine, cleanText } from '../text/clean-text.ts';

/**
 * Foreign text on one line as `<code>`, every character that Markdown, HTML or a table could read as markup encoded:
 * no mention, link, image, heading or cell break can come of it (GitHub looks for mentions and references outside code only).
 * Text of a script that runs from right to left keeps to itself.
 */
export function inlineCode(text: string): string {
  const line = cleanLine(text);
  return line === '' ? '' : `<code${rightToLeft.test(line) ? ' dir="auto"' : ''}>${encode(line)}</code>`;
}

/** Letters that turn the direction of what stands around them, unless their element is an island. */
const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** As {@link inlineCode} without the element: for text that is in one already. */
function encode(line: string): string {
  return line.replace(/[^\p{L}\p{N} ]/gu, (character) =>
    character.length === 1 && /[\w\-/=,;'?%]/.test(character) && character !== '_'
      ? character
      : `&#${character.codePointAt(0)};`,
  );
}

/** Text that is mostly ours: as it is when it is letters and spaces alone, which no markup, mention or reference is made of; as code otherwise. */
export function prose(text: string): string {
  return /^[a-z][a-z ,]*$/i.test(text) ? text : inlineCode(text);
}

/** Foreign text as a fenced block; the fence is longer than any run of backticks in it. */
export function fencedBlock(text: string, language: 'text' | 'diff' | 'json' | 'shell'): string {
  const clean = cleanText(text).trimEnd();
  const longest = Math.max(2, ...[...clean.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${clean}\n${fence}`;
}

/** A URL of the specification as a link; any other text as code, since a server may have chosen it. */
export function specLink(url: string): string {
  return /^https:\/\/modelcontextprotocol\.io\/[\w./#-]*$/.test(url)
    ? `[specification](${url})`
    : inlineCode(url);
}
