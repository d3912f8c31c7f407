import type { Finding } from '@mcp-test-harness/core';
import { formatCount } from '../text/format.ts';
import { sortFindings } from '../text/outcome.ts';
import { preBlock } from './blocks.ts';
import { escapeHtml, escapeProse, externalLink } from './escape.ts';
import { tintJson } from './tint-json.ts';

/** What the server did against the protocol. */
export function renderFindings(findings: readonly Finding[]): string {
  return `<ul class="findings">${sortFindings(findings).map(renderFinding).join('')}</ul>`;
}

function renderFinding({ rule, severity, message, spec, count, sample, server }: Finding): string {
  const facts = [
    count === 1 ? 'seen once' : `seen ${formatCount(count)} times`,
    ...(server === undefined ? [] : [`server <code>${escapeHtml(server)}</code>`]),
    ...(spec === undefined ? [] : [externalLink(spec, `Specification on ${rule}`)]),
  ];
  return `<li class="finding ${severity}"><p><span class="severity">${severity}</span> <code class="rule">${escapeHtml(rule)}</code></p>
<p class="message">${escapeProse(message)}</p>
<p class="where">${facts.join(' · ')}</p>
${sample === undefined ? '' : `<details class="more"><summary>First message that broke the rule</summary>${preBlock(tintJson(sample), `Message that broke ${rule}`)}</details>`}</li>`;
}
