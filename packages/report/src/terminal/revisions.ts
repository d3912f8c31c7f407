import type { RunResult } from '@mcp-test-harness/core';
import { describeRevisions, listRefusals } from '../text/revisions.ts';
import { indented, type TerminalStyle } from './style.ts';

/** What each server speaks, of a run under all revisions; with -v also why not the others. */
export function renderRevisions({ revisions = [] }: RunResult, style: TerminalStyle): readonly string[] {
  if (revisions.length === 0) return [];
  const { palette, verbosity } = style;
  return [
    '',
    ...revisions.flatMap((entry) => [
      ...indented(`Protocol: ${describeRevisions(entry)}`, 0, style),
      ...(verbosity >= 1
        ? listRefusals(entry).flatMap((line) => indented(line, 2, style).map(palette.dim))
        : []),
    ]),
  ];
}
