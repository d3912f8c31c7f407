/** What our pages are made of, for those of other packages. */
export { reportStyle } from './assets.ts';
export { definitionList } from './blocks.ts';
export { escapeHtml, escapeProse } from './escape.ts';
export { renderPage } from './page.ts';
export type { Page, PageSection } from './page.ts';
