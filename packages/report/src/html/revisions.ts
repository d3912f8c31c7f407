import type { RunResult } from '@mcp-test-harness/core';
import { describeRevisions, listRefusals } from '../text/revisions.ts';
import { escapeHtml } from './escape.ts';

/** What each server speaks, and why not the other revisions. */
export function renderRevisions(revisions: NonNullable<RunResult['revisions']>): string {
  const items = revisions.map((entry) => {
    const refusals = listRefusals(entry).map((line) => `<li>${escapeHtml(line)}</li>`);
    const list = refusals.length === 0 ? '' : `<ul class="plain">${refusals.join('')}</ul>`;
    return `<p>${escapeHtml(describeRevisions(entry))}</p>${list}`;
  });
  return items.join('\n');
}
