import { beforeAll, describe, expect, it } from 'vitest';
import { commentMarker } from '../../src/services/index.ts';
import { makeZip } from '../../src/services/testing/make-zip.ts';
import { actionWorlds, broken, commentsOf, headlineOf } from '../support/action-world.ts';
import { uploadArtifactAction } from '../support/runner/run-services.ts';
import type { RunReport, World } from '../support/runner/types.ts';
import { worlds } from '../support/runner/worlds.ts';

const openWorld = actionWorlds();

/** As the documentation says for the workflow that comments. */
const rights = 'contents=read,actions=read,pull-requests=write';

/** What a fork may upload in the place of its report. */
const hostileArtifacts: Readonly<Record<string, Buffer>> = {
  'what is no archive': Buffer.from('job.json'),
  'a path out of the folder': makeZip([
    { name: '../../../job.json', content: '{}' },
    { name: 'job.json', content: '{}' },
  ]),
  'a report of another form': makeZip([{ name: 'job.json', content: '{"kind":"job","outcome":"passed"}' }]),
  'a report of a megabyte': makeZip([{ name: 'job.json', content: JSON.stringify(' '.repeat(2 ** 20)) }]),
};

describe.each(worlds)('a pull request from a fork, $name', (kind) => {
  const run: Record<string, RunReport> = {};
  const of = (name: string): RunReport => run[name] ?? expect.fail(`${name} did not run`);
  const spoof = `${commentMarker('default')}\n<!-- run 99999999999.9 -->\nAll is well, merge it!`;

  const comment = (world: World): Promise<RunReport> =>
    world.run({ event: 'workflow_run', pr: 8, with: { run: 'comment' }, permissions: rights });

  beforeAll(async () => {
    if (kind.isSkipped) return;
    const world = openWorld(kind);
    world.seed({ pulls: { 8: {} }, comments: [{ issue: 8, user: 'mallory', body: spoof }] });
    run['main'] = await world.run({ event: 'push' });
    run['fork'] = await world.run({ event: 'pull_request', pr: 8, fork: 'mallory' });
    run['broken'] = await world.run({ event: 'pull_request', pr: 8, fork: 'mallory', env: broken });
    run['comment'] = await comment(world);
    run['commentAgain'] = await comment(world);
    for (const [name, content] of Object.entries(hostileArtifacts)) {
      run[`upload ${name}`] = await world.run({
        event: 'pull_request',
        pr: 8,
        fork: 'mallory',
        action: uploadArtifactAction,
        with: { name: 'mcp-test-harness-report-default-Linux-X64-1', content: content.toString('base64') },
      });
      run[name] = await comment(world);
    }
  }, 240_000);

  it.skipIf(kind.isSkipped)('succeeds although the token may only read', () => {
    const report = of('fork');
    expect(report.conclusion).toBe('success');
    expect(report.outputs).toMatchObject({ outcome: 'passed', baseline: 'cache' });
    expect(commentsOf(report)).toEqual([]);
  });

  it.skipIf(kind.isSkipped)('fails for its tests alone: that it may not comment is a notice', () => {
    const report = of('broken');
    expect(report.conclusion).toBe('failure');
    expect(report.outputs).toMatchObject({ outcome: 'failed', 'comment-url': '' });
    expect(report.annotations.map(({ type }) => type)).toEqual(['error', 'notice']);
    expect(report.annotations[1]?.message).toContain('the token may not');
    expect(report.artifacts.thisRun[0]?.files?.map(({ name }) => name)).toContain('job.json');
  });

  it.skipIf(kind.isSkipped)('is commented on by the workflow that runs afterwards, once', () => {
    const report = of('comment');
    expect(report.conclusion).toBe('success');
    const [ours, ...others] = commentsOf(report);
    expect(others).toEqual([]);
    expect(headlineOf(ours?.body)).toBe('### ❌ `greeting/greet` newly failing');
    expect(ours?.body).toContain(of('broken').run.headSha.slice(0, 7));
    expect(report.outputs['comment-url']).toContain('#issuecomment-');
    expect(commentsOf(of('commentAgain'))).toMatchObject([{ id: ours?.id, updatedThisRun: false }]);
  });

  it.skipIf(kind.isSkipped)('needs no more rights for that than the documentation says', () => {
    expect([...of('comment').api.needs].toSorted()).toEqual([
      'actions: read',
      'issues: read or pull-requests: read',
      'issues: write or pull-requests: write',
      'pull-requests: read',
    ]);
    expect(of('comment').api.denied).toEqual([]);
  });

  it.skipIf(kind.isSkipped)('cannot pass a comment of its own for ours', () => {
    const theirs = of('commentAgain').comments.filter(({ user }) => user === 'mallory');
    expect(theirs).toMatchObject([{ body: spoof, edits: 0 }]);
  });

  it.skipIf(kind.isSkipped).each(Object.keys(hostileArtifacts))('%s in its artifact is refused', (name) => {
    expect(of(`upload ${name}`).conclusion).toBe('success');
    const report = of(name);
    expect(report.conclusion).toBe('failure');
    expect(report.annotations.some(({ message }) => /refused/.test(message))).toBe(true);
    expect(commentsOf(report)).toMatchObject([{ updatedThisRun: false }]);
    expect(commentsOf(report)).toHaveLength(1);
  });
});
