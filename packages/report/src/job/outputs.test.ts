import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryJob } from '../testing/arbitrary-jobs.ts';
import * as examples from '../testing/example-jobs.ts';
import { jobOutputs } from './outputs.ts';

describe('jobOutputs', () => {
  it('counts tests, and what changed', () => {
    const { 'summary-json': summary, ...outputs } = jobOutputs([examples.worseJob()]);
    expect(outputs).toEqual({
      outcome: 'failed',
      tests: '40',
      passed: '38',
      failed: '2',
      flaky: '0',
      regressions: '3',
      'breaking-changes': '1',
      findings: '0',
      baseline: 'cache',
      'baseline-sha': '0123456789abcdef0123456789abcdef01234567',
    });
    expect(JSON.parse(summary)).toMatchObject({
      schemaVersion: 1,
      outcome: 'failed',
      tests: 40,
      failed: 2,
      jobs: [{ key: 'default', outcome: 'failed' }],
      newlyFailing: ['core-tools/sum'],
      failing: ['core-tools/old-trouble'],
      fixed: ['core-tools/mended'],
      regressions: [
        { id: 'core-tools/export', metric: 'latency_p95', severity: 'critical', changePercent: 140 },
        { id: 'core-tools/search [query=long, limit=50]' },
        { id: 'core-tools/search', metric: 'cpu' },
      ],
      breakingChanges: [{ server: 'default', code: 'contract.tool.removed', path: '/tools/retired' }],
      contextCost: [{ server: 'default', before: 1210, after: 1450 }],
      baseline: { source: 'cache' },
    });
  });

  it('adds up the tests of a matrix, and tells what the jobs share once', () => {
    expect(jobOutputs(examples.matrixJobs())).toMatchObject({
      outcome: 'failed',
      tests: '240',
      failed: '12',
      regressions: '1',
    });
  });

  it('has no baseline as soon as one of the jobs lacks it', () => {
    const first = examples.firstJob();
    const without = { ...first, job: { ...first.job, key: 'other' } };
    expect(jobOutputs([examples.allClearJob(), without])).toMatchObject({
      baseline: 'none',
      'baseline-sha': '',
    });
  });

  it('says that nothing reported', () => {
    expect(jobOutputs([])).toMatchObject({ outcome: 'errored', tests: '0', baseline: 'none' });
  });

  it('is bounded, and on one line each, whatever the reports say', () => {
    fc.assert(
      fc.property(fc.array(arbitraryJob, { maxLength: 3 }), (reports) => {
        const outputs = jobOutputs(reports);
        expect(Buffer.byteLength(outputs['summary-json'])).toBeLessThanOrEqual(64 * 1024);
        for (const output of Object.values(outputs)) expect(output).not.toMatch(/[\r\n]/);
      }),
      { numRuns: 25 },
    );
  });
});
