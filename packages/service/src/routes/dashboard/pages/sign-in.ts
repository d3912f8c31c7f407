import { markup } from '../markup.ts';
import { renderDocument } from '../page.ts';

/** The form of who is not known yet. */
export function renderSignIn({
  next,
  problem,
}: {
  /** Where to go afterwards. */
  readonly next: string;
  readonly problem?: string | undefined;
}): string {
  // The cookie does not come along from a page of another site, as of a mail; from a link here it does.
  const elsewhere =
    next === '/'
      ? ''
      : markup`<p class="note">Signed in already? <a href="${next}">Go on</a> to the page that you came for.</p>`;
  return renderDocument(
    'Sign in',
    markup`<main class="sign-in"><p class="product">MCP Test Harness</p><h1>Sign in</h1>
${problem === undefined ? '' : markup`<p class="notice" role="alert">${problem}</p>`}
<form method="post" action="/login"><input type="hidden" name="next" value="${next}">
<div class="field"><label for="key">API key</label><input id="key" name="key" type="password" autocomplete="current-password" required maxlength="512" autofocus></div>
<button class="primary">Sign in</button></form>
<p class="note">A key of rbac.yaml; <code>mcp-test-harness rbac create-key</code> makes one. The session lasts eight hours.</p>${elsewhere}</main>`,
  );
}
