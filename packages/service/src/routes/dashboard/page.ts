import { benchmarkStyle, reportStyle } from '@mcp-test-harness/report/html';
import { createHash } from 'node:crypto';
import type { Permission } from '../../auth/index.ts';
import { markup, type Markup } from './markup.ts';
import { shorten } from './parts.ts';
import { dashboardStyle } from './style.ts';
import type { Visitor } from './visitors.ts';

/** The style of every page, at an address that changes with it. */
export const stylesheet = `${reportStyle}${benchmarkStyle}${dashboardStyle}`;
export const stylesheetPath = `/assets/${createHash('sha256').update(stylesheet).digest('hex').slice(0, 16)}.css`;

/** What the browser lets a page do: show its style, and send its forms here. */
export const pagePolicy =
  "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** What is said on a page. */
export interface PageContent {
  readonly title: string;
  /** Below the masthead: title and facts. */
  readonly header: Markup;
  readonly body: Markup;
}

interface NavigationEntry {
  readonly path: string;
  readonly title: string;
  readonly permission: Permission;
}

const navigation: readonly NavigationEntry[] = [
  { path: '/', title: 'Overview', permission: 'test:view' },
  { path: '/runs', title: 'Runs', permission: 'test:view' },
  { path: '/servers', title: 'Servers', permission: 'test:view' },
  { path: '/baselines', title: 'Baselines', permission: 'baseline:view' },
  { path: '/reports', title: 'Reports', permission: 'report:view' },
];

/** A whole page, with the way to the others. */
export function renderPage(
  { title, header, body }: PageContent,
  visitor: Visitor,
  about: { readonly path: string; readonly version: string; readonly now: string },
): string {
  const links = navigation.filter(({ permission }) => visitor.caller.may(permission));
  return renderDocument(
    title,
    markup`<a class="skip" href="#content">Skip to the content</a>
<header class="masthead"><a class="brand" href="/">MCP Test Harness</a>
<nav aria-label="Pages"><ul>${links.map((link) => renderLink(link, about.path))}</ul></nav>
${renderVisitor(visitor)}</header>
<main id="content"><div class="page-header">${header}</div>
${body}</main>
<footer><p>MCP Test Harness ${about.version}. As of ${about.now}.</p></footer>`,
  );
}

/** A page for who is not signed in, or cannot see what they asked for. */
export function renderDocument(title: string, body: Markup): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} - MCP Test Harness</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='7' fill='%235b7fb5'/%3E%3C/svg%3E">
<link rel="stylesheet" href="${stylesheetPath}">
</head>
<body>
${body}
</body>
</html>
`.text;
}

function renderLink({ path, title }: NavigationEntry, current: string): Markup {
  const isCurrent = path === '/' ? current === '/' : current === path || current.startsWith(`${path}/`);
  return isCurrent
    ? markup`<li><a href="${path}" aria-current="page">${title}</a></li>`
    : markup`<li><a href="${path}">${title}</a></li>`;
}

function renderVisitor({ caller: { actor }, csrf, sessionId }: Visitor): Markup {
  const { username, role } = actor;
  const name = username === undefined ? 'RBAC is off' : `${shorten(username)} (${shorten(role ?? '')})`;
  const signOut =
    sessionId === undefined
      ? ''
      : markup`<form method="post" action="/logout">${csrfField(csrf)}<button class="quiet">Sign out</button></form>`;
  return markup`<div class="who"><span>${name}</span>${signOut}</div>`;
}

export function csrfField(csrf: string): Markup {
  return markup`<input type="hidden" name="csrf" value="${csrf}">`;
}
