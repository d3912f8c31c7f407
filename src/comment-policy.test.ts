import { defaultPolicy } from '@mcp-test-harness/core/baseline';
import { buildJobReport, type JobReport } from '@mcp-test-harness/report/job';
import { describe, expect, it } from 'vitest';
import { commentIntent } from './comment-policy.ts';

const plain: JobReport = {
  ...buildJobReport({
    job: {
      key: 'default',
      title: 'test',
      os: 'Linux',
      arch: 'X64',
      runId: '1',
      attempt: 1,
      headSha: 'a'.repeat(40),
    },
    harness: { version: '1.0.0' },
    root: '/repository',
    finishedAt: new Date(0),
    durationMs: 1,
    baseline: { source: 'cache', wanted: true, saved: false, notes: [] },
    failOn: defaultPolicy,
  }),
  outcome: 'passed',
};

const one = { total: 1, shown: [] };
const clear = [plain];
const news = [{ ...plain, fixed: one }];
const failed = [plain, { ...plain, outcome: 'failed' as const }];
const first = [{ ...plain, baseline: { ...plain.baseline, source: 'none' as const } }];
const cancelled = [{ ...plain, outcome: 'cancelled' as const }];

describe('what becomes of the comment', () => {
  it.each([
    // Once there is something to say, and from then on up to date.
    ['auto', 'nothing to say', clear, 'update'],
    ['auto', 'something changed', news, 'write'],
    ['auto', 'a job failed', failed, 'write'],
    ['auto', 'no baseline yet', first, 'write'],
    // Only as long as there is something to say.
    ['on-change', 'nothing to say', clear, 'delete'],
    ['on-change', 'something changed', news, 'write'],
    ['on-change', 'no baseline yet', first, 'delete'],
    ['always', 'nothing to say', clear, 'write'],
    ['never', 'a job failed', failed, undefined],
    // What was there tells of a run that ended.
    ['auto', 'it was cancelled', cancelled, undefined],
    ['always', 'it was cancelled', cancelled, undefined],
  ] as const)('comment: %s, and %s', (mode, _what, reports, intent) => {
    expect(commentIntent(mode, reports)).toBe(intent);
  });
});
