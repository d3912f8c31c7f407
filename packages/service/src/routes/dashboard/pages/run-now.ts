import { randomUUID } from 'node:crypto';
import { runKinds } from '../../api/documents.ts';
import { markup, type Markup } from '../markup.ts';
import { csrfField } from '../page.ts';
import type { Visit } from './visit.ts';

/** A form that runs suites now; nothing for who may not. */
export function renderRunNow({ context, visitor }: Visit, suite?: string): Markup {
  if (!visitor.caller.may('test:run')) return markup``;
  const suites = context.settings().plan.suites.map(({ name }) => name);
  const choice =
    suite === undefined
      ? markup`<div class="field grow"><label for="run-suite">Suite</label><select id="run-suite" name="suite"><option value="">Every suite</option>${suites.map((name) => markup`<option value="${name}">${name}</option>`)}</select></div>`
      : markup`<input type="hidden" name="suite" value="${suite}">`;
  // A form that is sent twice is one run.
  return markup`<form method="post" action="/runs" class="inline">${csrfField(visitor.csrf)}<input type="hidden" name="once" value="${randomUUID()}">${choice}<div class="field"><label for="run-kind">Kind</label><select id="run-kind" name="kind">${runKinds.map((kind) => markup`<option>${kind}</option>`)}</select></div><button class="primary">Run now</button></form>`;
}
