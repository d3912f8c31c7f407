import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryJob } from '../../testing/arbitrary-jobs.ts';
import * as examples from '../../testing/example-jobs.ts';
import type { JobReport } from '../types.ts';
import { renderComment, type CommentOptions } from './render-comment.ts';
import { renderJobSummary } from './render-job-summary.ts';

const { repositoryUrl } = examples;
const marker = '<!-- mcp-test-harness: default -->';
const render = (reports: readonly JobReport[], options: Partial<CommentOptions> = {}): string =>
  renderComment(reports, { marker, repositoryUrl, ...options });
/** What is seen without unfolding anything, without the marker. */
const unfolded = (comment: string): readonly string[] =>
  comment
    .replace(/<details>[\s\S]*?<\/details>/g, '▸')
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '');
const heading = (reports: readonly JobReport[]): string =>
  (unfolded(render(reports))[0] ?? '')
    .replaceAll(/<\/?code>/g, '`')
    .replaceAll('&#46;', '.')
    .replaceAll('&#95;', '_');

describe('renderComment', () => {
  it.each([
    ['all clear', [examples.allClearJob()]],
    ['fixed', [examples.fixedJob()]],
    ['regressed', [examples.regressedJob()]],
    ['newly failing', [examples.newlyFailingJob()]],
    ['no baseline', [examples.firstJob()]],
    ['breaking contract', [examples.breakingJob()]],
    ['worse in every way', [examples.worseJob()]],
    ['a poor server at first sight', [examples.poorJob()]],
    ['cancelled', [examples.cancelledJob()]],
    ['wrong configuration', [examples.configErrorJob()]],
    ['a server that does not start', [examples.brokenServerJob()]],
    ['a matrix of six', examples.matrixJobs()],
  ])('tells a reviewer: %s', (_, reports) => {
    const comment = render(reports);
    expect(comment).toMatchSnapshot();
    expect(unfolded(comment).length).toBeLessThanOrEqual(25);
  });

  it.each<[string, readonly JobReport[]]>([
    ['### ✅ All clear: 40 tests passed, no regression in 4 benchmarks', [examples.allClearJob()]],
    ['### ✅ All clear: 2 tests fixed, 40 tests passed', [examples.fixedJob()]],
    [
      '### ❌ `core-tools/sum` newly failing and `core-tools/old-trouble` failing',
      [examples.newlyFailingJob()],
    ],
    [
      '### ❌ 2 benchmarks regressed, worst `core-tools/export`: 140 % slower at the 95th percentile',
      [examples.regressedJob()],
    ],
    ['### ✅ 40 tests passed; no baseline yet', [examples.firstJob()]],
    ['### ❌ Breaking change of `/tools/retired`', [examples.breakingJob()]],
    ['### ⚠️ Cancelled: 12 of 40 tests had run, none had failed', [examples.cancelledJob()]],
    [
      '### 💥 No verdict: `the server ended with exit code 1 before it answered initialize`',
      [examples.brokenServerJob()],
    ],
    [
      '### ❌ 5 of 6 jobs failed: `core-tools/sum` newly failing in all of them, `core-tools/search` 31 to 32 % more CPU time in 2, and more',
      examples.matrixJobs(),
    ],
    [
      '### ✅ All clear in 2 jobs: 80 tests passed, no regression in 8 benchmarks',
      [examples.allClearJob(), withKey(examples.allClearJob(), 'other')],
    ],
    [
      '### ⚠️ 1 of 2 jobs cancelled: 52 of 80 tests had run, none had failed',
      [examples.cancelledJob(), withKey(examples.allClearJob(), 'other')],
    ],
    [
      '### 💥 1 of 2 jobs without a verdict: `the server ended with exit code 1 before it answered initialize`',
      [examples.brokenServerJob(), withKey(examples.allClearJob(), 'other')],
    ],
    ['### 💥 No verdict: nothing was reported', []],
  ])('says the verdict first: %s', (first, reports) => {
    expect(heading(reports)).toBe(first);
  });

  it('tells what fail-on allows, and is not red', () => {
    const report: JobReport = { ...examples.regressedJob(), outcome: 'passed', failures: [] };
    expect(heading([report])).toMatch(/^### 🟡 Passed, though with 2 benchmarks regressed/);
  });

  it('tells a reason that no list has, in the heading and for the jobs that it is of', () => {
    const reason = 'The tests passed, but only 40% of what the server has was used, and 80% is required.';
    const report: JobReport = { ...examples.allClearJob(), outcome: 'failed', failures: [reason] };
    expect(heading([report])).toMatch(/^### ❌ `The tests passed, but only 40%.* is required\.`$/);
    const comment = render([withKey(report, 'windows'), withKey(examples.newlyFailingJob(), 'linux')]);
    expect(comment).toMatch(/- ❌ <code>The tests passed, but only 40%.* · in <code>windows<\/code>\n/);
  });

  it('is loud about a missing baseline, unless nobody asked for one', () => {
    const first = examples.firstJob();
    expect(render([first])).toContain('> [!IMPORTANT]\n> **No baseline yet');
    const unwanted = { ...first, baseline: { ...first.baseline, wanted: false } };
    expect(render([unwanted])).not.toMatch(/baseline/i);
  });

  it('tells what six jobs share once, with the names of those where it is not in all', () => {
    const comment = render(examples.matrixJobs());
    expect(comment.match(/\*\*newly failing\*\*/g)).toHaveLength(1);
    expect(comment).toMatch(/\*\*newly failing\*\*.* · in all 6 jobs\n/);
    expect(comment).toMatch(
      /\*\*31 to 32 % more CPU time\*\*.* · in <code>ubuntu, node 22<\/code>, <code>ubuntu, node 24<\/code>\n/,
    );
  });

  it('tells the newest attempt of each job only', () => {
    const failed = examples.newlyFailingJob();
    const again = examples.allClearJob();
    expect(heading([{ ...again, job: { ...again.job, attempt: 2 } }, failed])).toMatch(/All clear/);
  });

  it('stays one screen long however much there is, and counts the rest', () => {
    const jobs = Array.from({ length: 40 }, (_, index) => withKey(examples.worseJob(), `job ${index}`));
    const comment = render(jobs);
    expect(unfolded(comment).length).toBeLessThanOrEqual(27);
    expect(comment).toContain('<summary>32 more jobs</summary>');
  });

  it.each(['<!-- a -->\n<!-- b -->', '<!-- a --> --> -->', '<!-- --><b>', 'plain', '<!-- @octocat\n -->'])(
    'refuses the marker %j',
    (bad) => {
      expect(() => render([examples.firstJob()], { marker: bad })).toThrow(
        expect.objectContaining({ code: 'USAGE' }),
      );
    },
  );
});

function withKey(report: JobReport, key: string): JobReport {
  return { ...report, job: { ...report.job, key, title: key } };
}

function withoutFences(markdown: string): string {
  return markdown.replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '');
}

/** Every element, link and sign that is ours taken out: the markup that somebody else has made. */
function foreignMarkup(markdown: string): string {
  return withoutFences(markdown)
    .replace(marker, '')
    .replace(/<code(?: dir="auto")?>(?:[\p{L}\p{N}\-/=,;'?% ]|&#\d+;)*<\/code>/gu, '')
    .replace(
      /\[[a-zA-Z ,]*\]\(https:\/\/github\.com\/example\/weather-server\/(?:commit|blob|actions)\/[\w./%#-]*\)/g,
      '',
    )
    .replace(/<\/?(?:details|summary|sub|b)>/g, '')
    .replace('[!IMPORTANT]', '');
}

function expectHarmless(markdown: string): void {
  const markup = foreignMarkup(markdown);
  expect(markup).not.toMatch(/[<[\]`@$\\]|!\[|https?:|www\.|&/);
  const outside = withoutFences(markdown);
  expect(outside.match(/<details>/g)?.length).toBe(outside.match(/<\/details>/g)?.length);
  // Heads of tables tell how many cells their rows have.
  let cells = 0;
  for (const line of markup.split('\n')) {
    if (!line.startsWith('|')) cells = 0;
    else if (cells === 0) cells = line.split('|').length;
    else expect(line.split('|').length).toBe(cells);
  }
}

describe('a comment of reports that somebody forged', () => {
  it('has no markup, mention, link or image of theirs', () => {
    expectHarmless(render([examples.hostileJob()]));
    expectHarmless(render([examples.hostileJob(), withKey(examples.hostileJob(), 'other')]));
  });

  it('is harmless and within its limit whatever the reports say', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryJob, { maxLength: 4 }),
        fc.constantFrom(4096, 10_000, 65_536),
        (reports, limit) => {
          const comment = render(reports, { limit });
          expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(limit);
          expect(comment.split('\n')[1]).toMatch(/^### /);
          expectHarmless(comment);
          const summary = renderJobSummary(reports, { repositoryUrl, limitBytes: limit });
          expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(limit);
          expectHarmless(summary);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('links to its own repository only, and nowhere without one', () => {
    const linked = render([examples.hostileJob()]);
    expect(linked).toContain(`](${repositoryUrl}/actions/runs/1/artifacts/2)`);
    expect(linked).not.toMatch(/\]\([^)]*(?:evil|settings)/);
    expect(render([examples.hostileJob()], { repositoryUrl: undefined })).not.toContain('](');
  });
});
