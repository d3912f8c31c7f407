import type { ExchangeRecord, LocatedFailure, TestResult } from '@mcp-test-harness/core';
import { cutLines, cutText, tailLines } from '../text/cut.ts';
import { writeDiffLine } from '../text/diff-lines.ts';
import { sayFailure } from '../text/failure-words.ts';
import { count } from '../text/format.ts';
import { formatJson } from '../text/layout-json.ts';
import { displayLocation } from '../text/location.ts';
import { headlineOf } from '../text/outcome.ts';
import { describeError, describeExchange, describeFailure } from '../text/test-details.ts';
import { fencedBlock, inlineCode } from './escape.ts';
import { outcomeIcons } from './icons.ts';

const shownFailures = 5;
/** A comment on GitHub is about so wide. */
const jsonColumns = 90;

/** One test that did not pass, folded. */
export function renderFailure(test: TestResult, cwd: string): string {
  const exchange = test.exchanges.findLast(({ phase }) => phase === 'test') ?? test.exchanges.at(-1);
  const error = describeError(test);
  const hidden = test.failures.length - shownFailures;
  const blocks = [
    `<details>\n<summary>${outcomeIcons[test.outcome]} ${inlineCode(cutText(test.id, 200))} ${test.outcome}: ${inlineCode(cutText(headlineOf(test), 160))}</summary>`,
    ...(error.length === 0
      ? []
      : [fencedBlock(cutText([...error, ...placeOf(test, cwd)].join('\n'), 2000), 'text')]),
    ...renderFailures(test.failures.slice(0, shownFailures), cwd),
    ...(hidden > 0 ? [`_and ${count(hidden, 'more expectation')}_`] : []),
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

function placeOf({ location }: TestResult, cwd: string): readonly string[] {
  return location === undefined ? [] : [`  at ${displayLocation(location, cwd)}`];
}

/** The sentences in one block, up to one with a diff, which follows in a block of its own. */
function renderFailures(failures: readonly LocatedFailure[], cwd: string): readonly string[] {
  const blocks: string[] = [];
  let sentences: string[] = [];
  const flush = () => {
    if (sentences.length > 0) blocks.push(fencedBlock(sentences.join('\n'), 'text'));
    sentences = [];
  };
  for (const failure of failures) {
    sentences.push(cutText(describeFailure(failure, cwd).join('\n'), 2000));
    const { diff } = sayFailure(failure);
    if (diff === undefined) continue;
    flush();
    const lines = cutLines(['--- expected', '+++ actual', ...diff.map(writeDiffLine)], 60);
    blocks.push(fencedBlock(cutText(lines.join('\n'), 3000), 'diff'));
  }
  flush();
  return blocks;
}

function renderExchange(exchange: ExchangeRecord): readonly string[] {
  const { request, response } = exchange;
  return [
    inlineCode(describeExchange(exchange)),
    fencedBlock(cutText(formatJson(request, jsonColumns), 1500), 'json'),
    ...(response === undefined
      ? []
      : ['Response:', fencedBlock(cutText(formatJson(response, jsonColumns), 3000), 'json')]),
  ];
}
