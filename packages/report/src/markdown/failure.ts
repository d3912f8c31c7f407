import type { ExchangeRecord, TestResult } from '@mcp-test-harness/core';
import { cutLines, cutText, tailLines } from '../text/cut.ts';
import { displayLocation } from '../text/location.ts';
import { headlineOf } from '../text/outcome.ts';
import { describeError, describeExchange, describeFailure } from '../text/test-details.ts';
import { fencedBlock, inlineCode } from './escape.ts';
import { outcomeIcons } from './icons.ts';

const shownFailures = 5;

/** One test that did not pass, folded. */
export function renderFailure(test: TestResult, cwd: string): string {
  const exchange = test.exchanges.findLast(({ phase }) => phase === 'test') ?? test.exchanges.at(-1);
  const error = describeError(test);
  const hidden = test.failures.length - shownFailures;
  const blocks = [
    `<details>\n<summary>${outcomeIcons[test.outcome]} ${inlineCode(cutText(test.id, 200))} ${test.outcome}: ${inlineCode(cutText(headlineOf(test), 160))}</summary>`,
    ...(test.location === undefined ? [] : [inlineCode(displayLocation(test.location, cwd))]),
    ...(error.length === 0 ? [] : [fencedBlock(cutText(error.join('\n'), 2000), 'text')]),
    ...test.failures
      .slice(0, shownFailures)
      .flatMap((failure) => [
        fencedBlock(cutText(describeFailure(failure, cwd).join('\n'), 2000), 'text'),
        ...(failure.diff === undefined ? [] : [fencedBlock(shorten(failure.diff), 'diff')]),
      ]),
    ...(hidden > 0 ? [`_and ${hidden} more expectations_`] : []),
    ...(exchange === undefined ? [] : renderExchange(exchange)),
    ...(test.stderr === undefined || test.stderr.trim() === ''
      ? []
      : [
          'stderr of the server:',
          fencedBlock(cutText(tailLines(test.stderr.trimEnd().split('\n'), 15).join('\n'), 2000), 'text'),
        ]),
    ...(test.reproduce === undefined
      ? []
      : ['Send it again:', fencedBlock(cutText(test.reproduce, 2000), 'shell')]),
    '</details>',
  ];
  return `${blocks.join('\n\n')}\n\n`;
}

function renderExchange(exchange: ExchangeRecord): readonly string[] {
  const text = `${cutText(exchange.request, 1500)}\n${cutText(exchange.response ?? '(no answer)', 3000)}`;
  return [`${inlineCode(describeExchange(exchange))}:`, fencedBlock(text, 'json')];
}

function shorten(text: string): string {
  return cutText(cutLines(text.trimEnd().split('\n'), 60).join('\n'), 3000);
}
