import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryJob } from '../testing/arbitrary-jobs.ts';
import * as examples from '../testing/example-jobs.ts';
import { buildRun, buildSuite, buildTest } from '../testing/results.ts';
import { annotationsOf, type Annotation } from './annotations.ts';
import { buildJobReport } from './build/build-job-report.ts';
import type { JobReport } from './types.ts';

const short = ({ level, title, file, startLine }: Annotation): string =>
  `${level} ${file === undefined ? '' : `${file}:${startLine} `}${title}`;

function failingJob(tests: number): JobReport {
  const failing = Array.from({ length: tests }, (_, index) => buildTest('s', `t${index}`, 'failed'));
  return buildJobReport(examples.buildParts({ tests: buildRun([buildSuite('s', failing)]) }));
}

describe('annotationsOf', () => {
  it.each<[string, JobReport, readonly string[]]>([
    [
      'failing tests at their lines, the newly failing first',
      examples.newlyFailingJob(),
      [
        'error test/mcp/core-tools.yaml:21 core-tools/sum newly failing',
        'error test/mcp/core-tools.yaml:12 core-tools/old-trouble failing',
      ],
    ],
    [
      'regressions at the lines of their tests: what fails the job as an error, what does not as a warning',
      examples.regressedJob(),
      [
        'error mcp-test-harness.yaml:31 core-tools/export regressed',
        'warning mcp-test-harness.yaml:31 core-tools/search [query=long, limit=50] regressed',
      ],
    ],
    ['breaking changes', examples.breakingJob(), ['error Breaking change of /tools/retired']],
    [
      'each fault of the configuration at its place',
      examples.configErrorJob(),
      ['error mcp-test-harness.yaml:14 CONFIG_UNKNOWN_KEY', 'error mcp-test-harness.yaml:41 CONFIG_INVALID'],
    ],
    ['a missing baseline', examples.firstJob(), ['notice No baseline yet']],
    ['nothing when all is clear', examples.allClearJob(), []],
    [
      'failing tests as warnings when fail-on does not name them',
      { ...examples.newlyFailingJob(), failOn: { ...examples.newlyFailingJob().failOn, tests: false } },
      [
        'warning test/mcp/core-tools.yaml:21 core-tools/sum newly failing',
        'warning test/mcp/core-tools.yaml:12 core-tools/old-trouble failing',
      ],
    ],
  ])('has %s', (_, report, expected) => {
    expect(annotationsOf(report).map(short)).toEqual(expected);
  });

  it('says what to do', () => {
    expect(annotationsOf(examples.configErrorJob())[0]).toEqual({
      level: 'error',
      title: 'CONFIG_UNKNOWN_KEY',
      message:
        'test_suites[0].test_cases[1].timout_override_seconds is unknown\nDid you mean timeout_override_seconds?',
      file: 'mcp-test-harness.yaml',
      startLine: 14,
      startColumn: 9,
    });
  });

  it.each([
    [10, undefined],
    [11, '(1 more error in the summary of the job)'],
    [300, '(290 more errors in the summary of the job)'],
  ])('of %i failing tests shows ten, and counts the rest in the last one', (tests, note) => {
    const annotations = annotationsOf(failingJob(tests));
    expect(annotations).toHaveLength(10);
    const last = annotations.at(-1)?.message ?? '';
    if (note === undefined) expect(last).not.toContain('more error');
    else expect(last).toContain(note);
    expect(annotations[8]?.message).not.toContain('more error');
  });

  it('keeps to the limits of GitHub whatever the report says', () => {
    // oxlint-disable-next-line no-control-regex -- that is what is looked for
    const unseen = /[\u0000-\u0008\u000B-\u001F\u007F\u200B\u202A-\u202E\u2066-\u2069]/;
    fc.assert(
      fc.property(arbitraryJob, (report) => {
        const annotations = annotationsOf(report);
        for (const level of ['error', 'warning', 'notice']) {
          expect(annotations.filter((one) => one.level === level).length).toBeLessThanOrEqual(10);
        }
        for (const { title, message } of annotations) {
          expect(message.length).toBeLessThanOrEqual(4096);
          expect(message).not.toBe('');
          expect(title.length).toBeLessThanOrEqual(200);
          expect(title).not.toContain('\n');
          expect(`${title}${message}`).not.toMatch(unseen);
        }
      }),
      { numRuns: 25 },
    );
  });
});
