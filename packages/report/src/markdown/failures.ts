import type { TestResult } from '@mcp-test-harness/core';
import { cutText } from '../text/cut.ts';
import { count } from '../text/format.ts';
import { headlineOf } from '../text/outcome.ts';
import { inlineCode } from './escape.ts';
import { renderFailure } from './failure.ts';
import { outcomeIcons } from './icons.ts';
import { fitSection } from './section.ts';

/** Kept for naming the tests whose details do not fit. */
const namesCharacters = 12_000;

/** The tests that did not pass: with all details while there is room, then by name and reason. */
export function renderFailures(bad: readonly TestResult[], cwd: string, limit: number): string {
  const head = `### ${bad.length === 1 ? 'The test that did not pass' : `${count(bad.length, 'test')} that did not pass`}\n\n`;
  const detailed: string[] = [];
  let left = limit - head.length - namesCharacters;
  for (const test of bad) {
    const entry = renderFailure(test, cwd);
    left -= entry.length;
    if (left < 0) break;
    detailed.push(entry);
  }
  if (detailed.length === 0) return fitSection({ head, entries: bad.map(renderName), nouns: 'tests', limit });
  return [
    `\n${head}${detailed.join('')}`,
    fitSection({
      head: 'Without details, for lack of room:\n\n',
      entries: bad.slice(detailed.length).map(renderName),
      nouns: 'tests',
      limit: namesCharacters,
    }),
  ].join('');
}

function renderName(test: TestResult): string {
  return `- ${outcomeIcons[test.outcome]} ${inlineCode(cutText(test.id, 120))} ${test.outcome}: ${inlineCode(cutText(headlineOf(test), 120))}\n`;
}
