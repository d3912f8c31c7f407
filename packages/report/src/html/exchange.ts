import type { ExchangeRecord } from '@mcp-test-harness/core';
import { readHiddenTexts } from '../text/answer-text.ts';
import { count } from '../text/format.ts';
import { describeAnswerTime } from '../text/test-details.ts';
import { preBlock } from './blocks.ts';
import { escapeHtml } from './escape.ts';
import { tintJson } from './tint-json.ts';

/** One request beside its answer. */
export function renderExchange(exchange: ExchangeRecord): string {
  const { method, response, step, phase, httpStatus, notifications } = exchange;
  const facts = [
    ...(phase === 'test' ? [] : [phase]),
    ...(step === undefined ? [] : [`step ${step}`]),
    describeAnswerTime(exchange),
    ...(httpStatus === undefined ? [] : [`HTTP ${httpStatus}`]),
    ...(notifications === 0 ? [] : [count(notifications, 'notification')]),
  ];
  return `<div class="exchange"><h4><code>${escapeHtml(method)}</code> <span class="aside">${escapeHtml(facts.join(', '))}</span></h4>
<div class="pair">${renderSide('Request', method, tintJson(exchange.request))}${renderSide(
    'Response',
    method,
    response === undefined ? '<span class="absent">No answer came.</span>' : tintJson(response),
  )}</div>${renderAnswerText(exchange)}</div>`;
}

/** What is escaped inside the JSON above, as the server meant it. */
function renderAnswerText({ method, response }: ExchangeRecord): string {
  return readHiddenTexts(response)
    .map((text) => `<h5>Text in the response</h5>${preBlock(tintJson(text), `Text of ${method}`)}`)
    .join('');
}

function renderSide(name: string, method: string, html: string): string {
  return `<div><h5>${name}</h5>${preBlock(html, `${name} of ${method}`)}</div>`;
}
