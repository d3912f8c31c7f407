import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { cutMiddle, cutText } from '../../text/cut.ts';
import { count } from '../../text/format.ts';
import { displayLocation } from '../../text/location.ts';
import { type TerminalPage, hanging, wrapProse } from './page.ts';

/** Benchmarks without numbers: what failed, and what was skipped with -v. */
export function renderFaults({ benchmarks }: BenchmarkResult, page: TerminalPage): readonly string[] {
  const { palette, verbosity, cwd } = page;
  const lines = benchmarks.flatMap((one) => {
    if (one.state !== 'failed' && (one.state !== 'skipped' || verbosity === 0)) return [];
    const [sign, width] =
      one.state === 'failed' ? [palette.red('✗ failed'), 8] : [palette.yellow('- skipped'), 9];
    const below = [one.reason, ...(one.location === undefined ? [] : [displayLocation(one.location, cwd)])];
    return [
      ...hanging(sign, width, cutMiddle(one.id, 300), page),
      ...below.flatMap((text, index) =>
        wrapProse(cutText(text, 1000), page.columns - 4).map((line) =>
          index === 0 ? `    ${line}` : palette.dim(`    ${line}`),
        ),
      ),
    ];
  });
  const skipped = benchmarks.filter(({ state }) => state === 'skipped').length;
  if (skipped > 0 && verbosity === 0)
    lines.push(palette.dim(`${count(skipped, 'test')} skipped (-v says why)`));
  return lines.length === 0 ? [] : [...lines, ''];
}
