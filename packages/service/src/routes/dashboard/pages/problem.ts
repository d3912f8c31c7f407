import { STATUS_CODES } from 'node:http';
import type { ToldError } from '../../listener/problem.ts';
import { markup } from '../markup.ts';
import { renderDocument } from '../page.ts';

/** An error, for people. */
export function renderProblem({ status, detail, hint }: ToldError, requestId: string): string {
  const title = STATUS_CODES[status] ?? 'Error';
  return renderDocument(
    title,
    markup`<main class="sign-in"><p class="product">MCP Test Harness</p><h1>${title}</h1>
<p class="description">${detail}</p>${hint === undefined ? '' : markup`<p class="hint">${hint}</p>`}
<p class="note">Request <code>${requestId}</code></p><p class="note"><a href="/">Overview</a></p></main>`,
  );
}
