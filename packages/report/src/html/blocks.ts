import { escapeHtml } from './escape.ts';

const tallCharacters = 1800;
const tallLines = 24;

/**
 * A block of preformatted HTML. A tall one scrolls inside and can be reached by keyboard.
 * @param label for screen readers: `Response of tools/call`
 * @param lines how many lines it has, when they are no lines of the text
 */
export function preBlock(
  html: string,
  label: string,
  className = '',
  lines = html.split('\n').length,
): string {
  const tall = lines > tallLines || html.replace(/<[^>]*>/g, '').length > tallCharacters;
  const classes = `${className}${tall ? ' tall' : ''}`.trim();
  const attributes = [
    ...(classes === '' ? [] : [` class="${classes}"`]),
    ...(tall ? [` tabindex="0" role="group" aria-label="${escapeHtml(label)}"`] : []),
  ].join('');
  return `<pre${attributes}>${html}</pre>`;
}

/** Rows of a definition list; undefined values are left out. Values are HTML. */
export function definitionList(
  className: string,
  rows: readonly (readonly [string, string | undefined])[],
): string {
  const kept = rows.filter(([, value]) => value !== undefined && value !== '');
  if (kept.length === 0) return '';
  const items = kept.map(([term, value]) => `<div><dt>${escapeHtml(term)}</dt><dd>${value ?? ''}</dd></div>`);
  return `<dl class="${className}">${items.join('')}</dl>`;
}
