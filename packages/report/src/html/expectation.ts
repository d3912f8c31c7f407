import type { LocatedFailure } from '@mcp-test-harness/core';
import { writeDiffLine, type DiffLine } from '../text/diff-lines.ts';
import { sayFailure, splitSentence } from '../text/failure-words.ts';
import { displayLocation } from '../text/location.ts';
import { preBlock } from './blocks.ts';
import type { PageContext } from './context.ts';
import { escapeHtml, escapeProse } from './escape.ts';

/** A value longer than this is no word of a sentence. */
const inSentence = 400;

/** All expectations of one severity that did not hold, in one box. */
export function renderExpectations(
  severity: LocatedFailure['severity'],
  failures: readonly LocatedFailure[],
  page: PageContext,
): string {
  if (failures.length === 0) return '';
  const items = failures.map((failure) => `<li>${renderExpectation(failure, page)}</li>`);
  return `<ul class="expectation ${severity}">${items.join('')}</ul>`;
}

function renderExpectation(failure: LocatedFailure, { cwd }: PageContext): string {
  const { location, configKey, step, severity } = failure;
  const { expected, actual, diff } = sayFailure(failure);
  const places = [
    ...(location === undefined ? [] : [`<code>${escapeHtml(displayLocation(location, cwd))}</code>`]),
    ...(configKey === '' ? [] : [`<code>${escapeHtml(configKey)}</code>`]),
    ...(step === undefined ? [] : [`in step <code>${escapeHtml(step)}</code>`]),
  ];
  return [
    `<p class="message">${severity === 'warning' ? 'Warning: ' : ''}${renderSentence(failure)}</p>`,
    places.length === 0
      ? ''
      : `<p class="where">${places.map((place) => `<span>${place}</span>`).join(' ')}</p>`,
    expected === undefined && actual === undefined
      ? ''
      : `<div class="pair">${renderValue('Expected', expected)}${renderValue('Actual', actual)}</div>`,
    diff === undefined ? '' : renderDiff(diff),
  ].join('');
}

/** The sentence, its two values set off where they are short enough to be compared in it. */
function renderSentence(failure: LocatedFailure): string {
  const parts = failure.diff === undefined ? splitSentence(failure) : undefined;
  if (parts === undefined || parts.expected.length + parts.actual.length > inSentence)
    return escapeProse(sayFailure(failure).message);
  const { before, expected, between, actual, after } = parts;
  return `${escapeHtml(before)}<code>${escapeHtml(expected)}</code>${escapeHtml(between)}<code>${escapeHtml(actual)}</code>${escapeHtml(after)}`;
}

function renderValue(name: string, value: string | undefined): string {
  return value === undefined
    ? ''
    : `<div><h5>${name}</h5>${preBlock(escapeHtml(value), `${name} value`)}</div>`;
}

const elements = { expected: 'del', actual: 'ins', same: 'span', gap: 'em' } as const;

function renderDiff(diff: readonly DiffLine[]): string {
  const lines = diff.map((line) => {
    const element = elements[line.kind];
    return `<${element}>${escapeHtml(writeDiffLine(line))}</${element}>`;
  });
  return `<p class="diff-legend"><del>- expected</del> <ins>+ actual</ins></p>${preBlock(lines.join(''), 'Difference between expected and actual', 'diff', diff.length)}`;
}
