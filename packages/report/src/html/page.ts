import { createHash } from 'node:crypto';
import { formatCount } from '../text/format.ts';
import { escapeHtml } from './escape.ts';

/** A part of a page that its navigation names. */
export interface PageSection {
  readonly id: string;
  readonly title: string;
  readonly amount?: number | undefined;
  readonly parts: Iterable<string>;
}

/** Texts are escaped here, `header` and the parts of sections are HTML. */
export interface Page {
  readonly title: string;
  /** Colour of the icon, six hexadecimal digits. */
  readonly iconColor: string;
  readonly style: string;
  readonly script: string;
  readonly bodyClass?: string | undefined;
  readonly header: string;
  /** What a reader must know before anything else. */
  readonly notice?: string | undefined;
  /** The first is what the skip link leads to. */
  readonly sections: readonly PageSection[];
  readonly harnessVersion: string;
}

/**
 * One page that needs nothing else: no network, readable without JavaScript, filtered and sorted with it.
 * The content security policy admits the page's own style and script by their hashes and nothing more.
 */
export function* renderPage(page: Page): Generator<string> {
  const { style, script, sections, bodyClass, notice } = page;
  const [first] = sections;
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(`${page.title} - MCP Test Harness`)}</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='7' fill='%23${page.iconColor}'/%3E%3C/svg%3E">
<style>${style}</style>
</head>
<body${bodyClass === undefined ? '' : ` class="${bodyClass}"`}>
${first === undefined ? '' : `<a class="skip" href="#${first.id}">Skip to the ${first.title.toLowerCase()}</a>`}
${page.header}
<nav aria-label="Sections"><ul>${sections.map(renderLink).join('')}</ul></nav>
<main>
${notice === undefined ? '' : `<p class="notice">${escapeHtml(notice)}</p>`}
`;
  for (const section of sections) yield* renderSection(section);
  yield `</main>
<footer><p>MCP Test Harness ${escapeHtml(page.harnessVersion)}</p></footer>
<script>${script}</script>
</body>
</html>
`;
}

function* renderSection({ id, title, amount, parts }: PageSection): Generator<string> {
  yield `<section id="${id}" aria-labelledby="${id}-title" tabindex="-1"><h2 id="${id}-title">${title}${amount === undefined ? '' : ` <span class="amount">${formatCount(amount)}</span>`}</h2>
`;
  yield* parts;
  yield '\n</section>\n';
}

function renderLink({ id, title, amount }: PageSection): string {
  return `<li><a href="#${id}">${title}${amount === undefined ? '' : ` <span class="amount">${formatCount(amount)}</span>`}</a></li>`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
