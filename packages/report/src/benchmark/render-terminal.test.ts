import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  buildBenchmarkResult,
  buildCompared,
  buildComparison,
  buildMetric,
} from '../testing/benchmark-results.ts';
import * as examples from '../testing/example-benchmarks.ts';
import { displayWidth } from '../text/width.ts';
import { renderBenchmarkTerminal } from './render-terminal.ts';

const plain = { color: false, columns: 80, verbosity: 0, cwd: '/project' };
const runs = Object.entries(examples);

describe('renderBenchmarkTerminal', () => {
  it.each(runs.filter(([name]) => name !== 'hostileBenchmarks'))('shows a %s', (_, make) => {
    expect(renderBenchmarkTerminal(make(), plain)).toMatchSnapshot();
  });

  it('shows every metric with its interval and p with -v', () => {
    expect(renderBenchmarkTerminal(examples.comparedRun(), { ...plain, verbosity: 1 })).toMatchSnapshot();
  });

  const widths = runs.flatMap(([name, make]) =>
    [60, 80, 120].flatMap((columns) => [0, 1].map((verbosity) => [name, columns, verbosity, make] as const)),
  );
  it.each(widths)('fits a %s into %d columns (verbosity %d)', (_, columns, verbosity, make) => {
    const text = renderBenchmarkTerminal(make(), { ...plain, color: true, columns, verbosity });
    const wide = stripVTControlCharacters(text)
      .split('\n')
      .filter((line) => displayWidth(line) > columns);
    expect(wide).toEqual([]);
  });

  it('colours only when asked', () => {
    const text = renderBenchmarkTerminal(examples.comparedRun(), plain);
    const colored = renderBenchmarkTerminal(examples.comparedRun(), { ...plain, color: true });
    expect(text).not.toContain('\u001B');
    expect(colored).toContain('\u001B[31m✗\u001B[39m');
    expect(stripVTControlCharacters(colored)).toBe(text);
  });

  it.each([0, 1])(
    'lets no control or direction character of a server through (verbosity %d)',
    (verbosity) => {
      const text = renderBenchmarkTerminal(examples.hostileBenchmarks(), { ...plain, verbosity });
      // oxlint-disable-next-line no-control-regex -- what must not be there
      expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/);
    },
  );

  it('points to the line in the YAML, below a name that leaves no room for it', () => {
    const compared = (id: string) =>
      renderBenchmarkTerminal(
        buildBenchmarkResult({
          comparison: buildComparison([
            buildCompared(id, 'regressed', [buildMetric('latency', 'regressed', 9)]),
          ]),
        }),
        plain,
      );
    expect(compared('suite/short')).toContain('✗ suite/short  mcp-test-harness.yaml:31:9\n');
    expect(compared(`suite/${'x'.repeat(66)}`)).toContain('x\n    mcp-test-harness.yaml:31:9\n');
  });
});
