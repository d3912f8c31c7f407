import type { CheckResult } from '@mcp-test-harness/service/checks';
import { paint, type Io } from '../io.ts';
import { visible } from '../visible.ts';

const signs = { passed: ['green', 'ok'], failed: ['red', 'failed'], skipped: ['dim', 'skipped'] } as const;

/** One line each, what to do below it. */
export function renderChecks(results: readonly CheckResult[], io: Io): string {
  const width = Math.max(0, ...results.map(({ name }) => visible(name).length));
  return results
    .flatMap(({ name, state, evidence, hint, durationMs }) => {
      const [style, word] = signs[state];
      const line = `${paint(io, style, word.padEnd(8))}${visible(name).padEnd(width)}  ${visible(evidence)}`;
      return [
        `${line}${state === 'skipped' ? '' : paint(io, 'dim', `  (${durationMs} ms)`)}`,
        ...(hint === undefined || state !== 'failed' ? [] : [`${' '.repeat(8 + width + 2)}${visible(hint)}`]),
      ];
    })
    .map((line) => `${line}\n`)
    .join('');
}

/** As in the guide: a box that is ticked, or not. */
export function renderChecklist(results: readonly CheckResult[], io: Io): string {
  return results
    .map(({ name, state, evidence, hint }) => {
      const isDone = state === 'passed';
      const box = isDone ? paint(io, 'green', '[x]') : paint(io, 'red', '[ ]');
      const how = isDone || hint === undefined ? '' : ` (${visible(hint)})`;
      return `- ${box} ${visible(name)}: ${visible(evidence)}${how}\n`;
    })
    .join('');
}
