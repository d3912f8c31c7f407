import type { RunResult } from '@mcp-test-harness/core';
import {
  countUncovered,
  describeCoverage,
  describeCoverageScope,
  describeMissedCoverage,
  listUncovered,
  listUnmeasured,
  tellableCoverage,
} from '../text/coverage.ts';
import { indented, type TerminalStyle } from './style.ts';

/** Names that are shown unasked; a run that fails for want of them names more. */
const namesShown = 10;
const namesShownOfMissed = 100;

/** One line, then what was not used and what could not be measured. */
export function renderCoverage(result: RunResult, style: TerminalStyle): readonly string[] {
  const coverage = tellableCoverage(result);
  if (coverage === undefined) return [];
  const { palette, verbosity } = style;
  const missed = describeMissedCoverage(result) !== undefined;
  const limit = verbosity >= 1 ? Number.POSITIVE_INFINITY : missed ? namesShownOfMissed : namesShown;
  const few = missed || coverage.listed - coverage.exercised <= limit;
  const unused = few ? listUncovered(coverage, limit) : countUncovered(coverage);
  const scope = describeCoverageScope(result);
  const color = missed ? palette.red : (text: string) => text;
  return [
    '',
    ...indented(`Coverage: ${describeCoverage(coverage)}`, 0, style).map(color),
    ...(unused.length === 0
      ? []
      : indented(`not used: ${unused.join(few ? '; ' : ', ')}${few ? '' : ': see -v'}`, 2, style).map(
          missed ? palette.red : palette.dim,
        )),
    ...listUnmeasured(coverage).flatMap((line) =>
      indented(`not measured: ${line}`, 2, style).map(missed ? palette.red : palette.dim),
    ),
    ...(scope === undefined ? [] : indented(scope, 2, style).map(palette.dim)),
  ];
}
