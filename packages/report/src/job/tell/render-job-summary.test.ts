import { describe, expect, it } from 'vitest';
import { baselineRun, hostileBenchmarks } from '../../testing/example-benchmarks.ts';
import * as examples from '../../testing/example-jobs.ts';
import { hostileRun, mixedRun } from '../../testing/example-runs.ts';
import { renderJobSummary } from './render-job-summary.ts';

const { repositoryUrl } = examples;
const headings = (summary: string): readonly string[] => summary.match(/^##+ .*$/gm) ?? [];

describe('renderJobSummary', () => {
  it('says the verdict first, then what changed, then all of the results', () => {
    const summary = renderJobSummary([examples.worseJob()], {
      repositoryUrl,
      details: { tests: mixedRun(), benchmark: baselineRun(), root: '/project' },
    });
    expect(headings(summary)[0]).toMatch(/^## ❌ <code>core-tools\/sum<\/code> newly failing/);
    expect(headings(summary).filter((line) => line.startsWith('## '))).toHaveLength(3);
    expect(summary).toContain('## ❌ MCP tests: 2 failed and 1 errored of 14 tests');
    expect(summary.indexOf('**newly failing**')).toBeLessThan(summary.indexOf('MCP tests:'));
    expect(summary).not.toContain('did not fit here: see the artifact');
  });

  it('points to the artifact when the results do not fit, and keeps the verdict', () => {
    const summary = renderJobSummary([examples.worseJob()], {
      limitBytes: 12_000,
      details: { tests: hostileRun(), benchmark: hostileBenchmarks(), root: '/project' },
    });
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(12_000);
    expect(headings(summary)).toHaveLength(1);
    expect(summary).toContain('_Details did not fit here: see the artifact with the reports._');
  });
});
