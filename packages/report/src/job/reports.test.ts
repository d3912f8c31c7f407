import { describe, expect, it } from 'vitest';
import * as examples from '../testing/example-jobs.ts';
import { latestReports, outcomeOf } from './reports.ts';
import type { JobOutcome, JobReport } from './types.ts';

const report = examples.firstJob();
const of = (init: Partial<JobReport['job']>, finishedAt = report.finishedAt): JobReport => ({
  ...report,
  job: { ...report.job, ...init },
  finishedAt,
});

describe('outcomeOf', () => {
  it.each<[readonly JobOutcome[], JobOutcome]>([
    [['passed', 'passed'], 'passed'],
    [['passed', 'cancelled'], 'cancelled'],
    [['cancelled', 'errored', 'passed'], 'errored'],
    [['errored', 'failed', 'cancelled'], 'failed'],
    [[], 'errored'],
  ])('of jobs that %j is %s', (outcomes, expected) => {
    expect(outcomeOf(outcomes.map((outcome) => ({ ...report, outcome })))).toBe(expected);
  });
});

describe('latestReports', () => {
  it('keeps the order of the jobs', () => {
    const jobs = ['b', 'a', 'c'].map((key) => of({ key }));
    expect(latestReports(jobs)).toEqual(jobs);
  });

  it.each<[string, JobReport, JobReport]>([
    ['a later attempt', of({ attempt: 1 }), of({ attempt: 2 })],
    [
      'a later run, although of an earlier attempt',
      of({ runId: '9', attempt: 3 }),
      of({ runId: '10', attempt: 1 }),
    ],
    [
      'a run beyond the numbers that are exact',
      of({ runId: '90071992547409930' }),
      of({ runId: '90071992547409931' }),
    ],
    ['what ended later', of({}, '2026-11-26T17:40:12.345Z'), of({}, '2026-11-26T17:41:00.000Z')],
  ])('prefers %s, wherever it stands', (_, older, newer) => {
    expect(latestReports([older, newer])).toEqual([newer]);
    expect(latestReports([newer, older])).toEqual([newer]);
  });
});
