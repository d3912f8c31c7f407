import { cleanText } from '../text/clean-text.ts';
import { cutText } from '../text/cut.ts';

/** A sentence is read whole or not at all: what is longer is in the JSON report. */
const proseCharacters = 4000;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Foreign text for an element or a quoted attribute; control and direction characters become visible. */
export function escapeHtml(text: string): string {
  return cleanText(text).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** As {@link escapeHtml}, cut to what people read. */
export function escapeProse(text: string): string {
  return escapeHtml(cutText(text, proseCharacters));
}

/** A link for https URLs, code for anything else: a result file may come from anywhere. */
export function externalLink(url: string, label: string): string {
  return /^https:\/\/[\w.-]+\/[^\s"'<>]*$/.test(url)
    ? `<a href="${escapeHtml(url)}" rel="noreferrer noopener">${escapeHtml(label)}</a>`
    : `<code>${escapeHtml(url)}</code>`;
}
