import type { ServerResult } from '@mcp-test-harness/core';
import { formatBytes, formatDuration } from '../text/format.ts';
import { describeServerInfo, describeShutdown, isBadEnd } from '../text/server.ts';
import { definitionList, preBlock } from './blocks.ts';
import { escapeHtml, escapeProse } from './escape.ts';
import { tintJson } from './tint-json.ts';

/** One server process or connection. */
export function renderServer(server: ServerResult): string {
  const { startError, usage, shutdown, limits, capabilities, stderrTail } = server;
  const name = describeServerInfo(server);
  return `<article class="server"><h3>${escapeHtml(server.name)}</h3>
<p class="target"><code>${escapeProse(server.target)}</code></p>
${
  startError === undefined
    ? ''
    : `<div class="expectation failure"><p class="message">${escapeProse(startError.message)}</p><p class="where"><code>${escapeHtml(startError.code)}</code></p>${startError.hint === undefined ? '' : `<p class="hint">${escapeHtml(startError.hint)}</p>`}</div>`
}
${definitionList('facts', [
  ['Server', name === undefined ? undefined : escapeHtml(name)],
  ['Protocol', server.protocolVersion === undefined ? undefined : escapeHtml(server.protocolVersion)],
  ['Transport', server.transport],
  ['Process', server.pid === undefined ? undefined : String(server.pid)],
  ['Ready in', server.startupMs === undefined ? undefined : formatDuration(server.startupMs)],
  ['CPU time', usage === undefined ? undefined : formatDuration(usage.cpuMs)],
  ['Peak memory', usage === undefined ? undefined : formatBytes(usage.peakMemoryBytes)],
  ['Shutdown', shutdown === undefined ? undefined : renderShutdown(shutdown)],
  ...limits.map(
    ({ limit, value, level, note }) =>
      [limit, escapeHtml(`${value}, ${level}${note === undefined ? '' : `: ${note}`}`)] as const,
  ),
])}
${capabilities === undefined ? '' : `<details class="more"><summary>Capabilities</summary>${preBlock(tintJson(JSON.stringify(capabilities)), 'Capabilities of the server')}</details>`}
${stderrTail.trim() === '' ? '' : `<details class="more"><summary>stderr</summary>${preBlock(escapeHtml(stderrTail.trimEnd()), 'stderr of the server', 'stderr')}</details>`}
</article>`;
}

/** Set off when it says something against the server. */
function renderShutdown(shutdown: NonNullable<ServerResult['shutdown']>): string {
  const text = escapeHtml(describeShutdown(shutdown));
  return isBadEnd(shutdown) ? `<strong class="bad-end">${text}</strong>` : text;
}
