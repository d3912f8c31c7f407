import { beforeAll, describe, expect, it } from 'vitest';
import { actionWorlds, broken, commentsOf, greetingLine, headlineOf } from '../support/action-world.ts';
import type { RunReport } from '../support/runner/types.ts';
import { bothWorlds } from '../support/runner/worlds.ts';

const openWorld = actionWorlds();

describe.each(bothWorlds)('a repository that uses the Action, $name', (kind) => {
  const run: Record<string, RunReport> = {};
  const of = (name: string): RunReport => run[name] ?? expect.fail(`${name} did not run`);

  beforeAll(async () => {
    if (kind.isSkipped) return;
    const world = openWorld(kind);
    run['main'] = await world.run({ event: 'push' });
    run['clean'] = await world.run({ event: 'pull_request', pr: 6 });
    run['broken'] = await world.run({ event: 'pull_request', pr: 7, env: broken });
    run['again'] = await world.run({ rerun: true, event: 'pull_request', pr: 7, env: broken });
    run['newCommit'] = await world.run({
      event: 'pull_request',
      pr: 7,
      env: { BEHAVIOUR: JSON.stringify({ greeting: 'Good day' }) },
    });
    run['fixed'] = await world.run({ event: 'pull_request', pr: 7 });
    run['queue'] = await world.run({ event: 'merge_group', pr: 7 });
    run['nightly'] = await world.run({ event: 'schedule', advance: '8d' });
    run['next'] = await world.run({ event: 'pull_request', pr: 8 });
  }, 240_000);

  it.skipIf(kind.isSkipped)('a push on main saves the baseline, in the cache and as an artifact', () => {
    const { conclusion, cache, artifacts, outputs, summary } = of('main');
    expect(conclusion).toBe('success');
    expect(cache.events.map(({ op }) => op)).toContain('saved');
    expect(artifacts.thisRun.map(({ name }) => name)).toEqual([
      'mcp-test-harness-baseline-default-Linux-X64-1',
      'mcp-test-harness-report-default-Linux-X64-1',
    ]);
    expect(outputs).toMatchObject({ outcome: 'passed', tests: '1', passed: '1', baseline: 'none' });
    expect(headlineOf(summary)).toBe('## ✅ 1 test passed; no baseline yet');
  });

  it.skipIf(kind.isSkipped)('a pull request that changes nothing is compared, and not commented on', () => {
    const report = of('clean');
    expect(report.conclusion).toBe('success');
    expect(report.outputs).toMatchObject({ outcome: 'passed', baseline: 'cache', 'comment-url': '' });
    expect(report.outputs['baseline-sha']).toBe(of('main').run.sha);
    expect(report.annotations).toEqual([]);
    expect(commentsOf(report)).toEqual([]);
  });

  it.skipIf(kind.isSkipped)(
    'a regression fails the step, with an annotation at its line and a comment',
    () => {
      const report = of('broken');
      expect(report.conclusion).toBe('failure');
      expect(report.stages[0]?.exitCode).toBe(1);
      expect(report.cache.events.map(({ op }) => op)).toEqual(['hit']);
      expect(report.annotations).toMatchObject([
        {
          type: 'error',
          title: 'greeting/greet newly failing',
          message: 'expected text to equal "Hello, Ann", got "Hi, Ann"',
          file: 'mcp-test-harness.yaml',
          line: greetingLine,
        },
      ]);
      expect(commentsOf(report)).toMatchObject([{ createdThisRun: true }]);
      expect(headlineOf(commentsOf(report)[0]?.body)).toBe('### ❌ `greeting/greet` newly failing');
      expect(report.outputs).toMatchObject({ outcome: 'failed', failed: '1', baseline: 'cache' });
      expect(JSON.parse(report.outputs['summary-json'] ?? '')).toMatchObject({
        newlyFailing: ['greeting/greet'],
      });
    },
  );

  it.skipIf(kind.isSkipped)('its reports are one artifact, and it is in the check run', () => {
    const { artifacts, checkRuns, run: ran } = of('broken');
    expect(artifacts.thisRun).toHaveLength(1);
    expect(artifacts.thisRun[0]?.files?.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['job.json', 'results.json', 'junit.xml', 'report.html']),
    );
    expect(checkRuns).toMatchObject([{ head_sha: ran.headSha, conclusion: 'failure' }]);
    expect(checkRuns[0]?.annotations).toHaveLength(1);
  });

  it.skipIf(kind.isSkipped)('a pull request saves nothing that others would be compared with', () => {
    for (const name of ['clean', 'broken', 'again', 'newCommit', 'fixed', 'queue'])
      expect(of(name).cache.events.map(({ op }) => op)).toEqual(['hit']);
  });

  it.skipIf(kind.isSkipped)('a re-run updates the same comment, and has an artifact of its own', () => {
    const report = of('again');
    expect(report.run.attempt).toBe(2);
    expect(commentsOf(report)).toMatchObject([
      { id: commentsOf(of('broken'))[0]?.id, updatedThisRun: true, createdThisRun: false },
    ]);
    expect(report.artifacts.thisRun.map(({ name }) => name)).toContain(
      'mcp-test-harness-report-default-Linux-X64-2',
    );
  });

  it.skipIf(kind.isSkipped)('a new commit updates it too', () => {
    const report = of('newCommit');
    const [comment, ...others] = commentsOf(report);
    expect(others).toEqual([]);
    expect(comment).toMatchObject({ id: commentsOf(of('broken'))[0]?.id, updatedThisRun: true });
    expect(comment?.body).toContain('Good day, Ann');
    expect(comment?.body).toContain(report.run.headSha.slice(0, 7));
  });

  it.skipIf(kind.isSkipped)('once it is fixed the comment says all clear', () => {
    const report = of('fixed');
    expect(report.conclusion).toBe('success');
    const [comment] = commentsOf(report);
    expect(comment).toMatchObject({ id: commentsOf(of('broken'))[0]?.id, updatedThisRun: true });
    expect(headlineOf(comment?.body)).toBe('### ✅ All clear: 1 test passed');
  });

  it.skipIf(kind.isSkipped)('the merge queue is compared, and says so in its summary alone', () => {
    const report = of('queue');
    expect(report.conclusion).toBe('success');
    expect(report.outputs).toMatchObject({ outcome: 'passed', baseline: 'cache', 'comment-url': '' });
    expect(
      report.comments.filter(({ updatedThisRun, createdThisRun }) => updatedThisRun || createdThisRun),
    ).toEqual([]);
  });

  it.skipIf(kind.isSkipped)(
    'after eight days without use the cache is empty, and the artifact takes its place',
    () => {
      const report = of('nightly');
      expect(report.cache.events.map(({ op }) => op)).toEqual(
        expect.arrayContaining(['evicted', 'miss', 'saved']),
      );
      expect(report.outputs).toMatchObject({ outcome: 'passed', baseline: 'artifact' });
      expect(report.outputs['baseline-sha']).toBe(of('main').run.sha);
      expect(of('next').outputs).toMatchObject({ baseline: 'cache' });
    },
  );

  it.skipIf(kind.isSkipped)(
    'nothing of all that leaves processes, files, leaks or unknown calls behind',
    () => {
      for (const [name, report] of Object.entries(run)) {
        expect(report.orphanProcesses, name).toEqual([]);
        expect(report.masking.leaks, name).toEqual([]);
        expect(report.api.unsupported, name).toEqual([]);
        expect(report.api.denied, name).toEqual([]);
        expect(report.warnings, name).toEqual([]);
      }
    },
  );
});
