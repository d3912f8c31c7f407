import type { ExchangeRecord } from '@mcp-test-harness/core';
import { formatDuration } from '../text/format.ts';
import { preBlock } from './blocks.ts';
import { escapeHtml } from './escape.ts';
import { tintJson } from './tint-json.ts';

/** One request beside its answer. */
export function renderExchange(exchange: ExchangeRecord): string {
  const { method, response, step, phase, httpStatus, notifications, durationMs } = exchange;
  const facts = [
    ...(phase === 'test' ? [] : [phase]),
    ...(step === undefined ? [] : [`step ${step}`]),
    durationMs === undefined ? 'no answer' : formatDuration(durationMs),
    ...(httpStatus === undefined ? [] : [`HTTP ${httpStatus}`]),
    ...(notifications === 0 ? [] : [`${notifications} notification${notifications === 1 ? '' : 's'}`]),
  ];
  return `<div class="exchange"><h4><code>${escapeHtml(method)}</code> <span class="aside">${escapeHtml(facts.join(', '))}</span></h4>
<div class="pair">${renderSide('Request', method, tintJson(exchange.request))}${renderSide(
    'Response',
    method,
    response === undefined ? '<span class="absent">No answer came.</span>' : tintJson(response),
  )}</div></div>`;
}

function renderSide(name: string, method: string, html: string): string {
  return `<div><h5>${name}</h5>${preBlock(html, `${name} of ${method}`)}</div>`;
}
