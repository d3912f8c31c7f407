import { cleanLine } from '@mcp-test-harness/core/clean-text';
import { escapeHtml } from '@mcp-test-harness/report/html';
import { cutText } from '@mcp-test-harness/report/text';
import type { Message } from '../define.ts';
import { symbols, titleOfAll } from './words.ts';

const longestSubject = 150;

/** A mail as text and as HTML. Mail programs know little of style sheets: what there is of style stands in the elements. */
export function renderMail(
  messages: readonly Message[],
  notes: readonly string[],
): { readonly subject: string; readonly text: string; readonly html: string } {
  return {
    subject: cutText(`[mcp-test-harness] ${cleanLine(titleOfAll(messages))}`, longestSubject),
    text: [...messages.map(asText), ...notes.map((note) => cleanLine(note))].join('\n\n') + '\n',
    html: `<!doctype html>
<html lang="en"><body style="margin:0;padding:16px;font:14px/1.5 system-ui,sans-serif;color:#1f2328;background:#fff">
${[...messages.map(asHtml), ...notes.map((note) => `<p>${escapeHtml(note)}</p>`)].join('\n')}
</body></html>
`,
  };
}

function asText({ severity, title, lines, at, url }: Message): string {
  return [
    `${severity.toUpperCase()}  ${cleanLine(title)}`,
    ...lines.map((line) => `  ${clean(line)}`),
    `  ${timeOf(at)}${linkable(url) ? `  ${url}` : ''}`,
  ].join('\n');
}

const colours = { critical: '#cf222e', warning: '#bf8700', info: '#1a7f37' } as const satisfies Readonly<
  Record<Message['severity'], string>
>;

function asHtml({ severity, title, lines, at, url }: Message): string {
  const list = lines.map((line) => escapeHtml(clean(line))).join('\n');
  const link = linkable(url) ? ` · <a href="${escapeHtml(url)}">Open the run</a>` : '';
  return `<div style="margin:0 0 16px;padding:8px 12px;border-left:4px solid ${colours[severity]};background:#f6f8fa">
<p style="margin:0;font-weight:600">${symbols[severity]} ${escapeHtml(cleanLine(title))}</p>
${list === '' ? '' : `<pre style="margin:8px 0;white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.5 ui-monospace,monospace">${list}</pre>`}
<p style="margin:0;color:#59636e">${timeOf(at)}${link}</p>
</div>`;
}

/** One line, whose indentation stays. */
function clean(line: string): string {
  return `${/^ */.exec(line)?.[0] ?? ''}${cleanLine(line)}`;
}

function timeOf(at: number): string {
  return new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
}

function linkable(url: string | undefined): url is string {
  return url !== undefined && /^https?:\/\/[^\s<>"']+$/.test(url);
}
