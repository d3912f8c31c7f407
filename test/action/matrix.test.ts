import { beforeAll, describe, expect, it } from 'vitest';
import { actionWorlds, broken, commentsOf, headlineOf } from '../support/action-world.ts';
import { uploadArtifactAction } from '../support/runner/run-services.ts';
import type { RunOptions, RunReport } from '../support/runner/types.ts';
import { worlds } from '../support/runner/worlds.ts';

const openWorld = actionWorlds();

const jobs = [{ node: '22' }, { node: '24' }] as const;

describe.each(worlds)('a matrix, $name', (kind) => {
  let main: readonly RunReport[];
  let pull: readonly RunReport[];
  let merged: RunReport;
  let again: RunReport;
  let nothing: RunReport;
  let unreadable: RunReport;

  beforeAll(async () => {
    if (kind.isSkipped) return;
    const world = openWorld(kind);
    const [first, second] = jobs;
    const test = { job: 'test', with: { comment: 'never' } };
    const merge: RunOptions = { sameRun: true, job: 'merge', with: { run: 'merge' } };
    main = [
      await world.run({ ...test, event: 'push', matrix: first }),
      await world.run({ ...test, sameRun: true, matrix: second }),
    ];
    const pr: RunOptions = { event: 'pull_request', pr: 3 };
    pull = [
      await world.run({ ...test, ...pr, matrix: first, env: broken }),
      await world.run({ ...test, ...pr, sameRun: true, matrix: second, env: broken }),
    ];
    merged = await world.run({ ...pr, ...merge });
    await world.run({ ...test, ...pr, matrix: first });
    await world.run({ ...test, ...pr, sameRun: true, matrix: second });
    again = await world.run({ ...pr, ...merge });
    const other = openWorld(kind);
    await other.run({ ...test, ...pr, matrix: first });
    await other.run({
      ...pr,
      sameRun: true,
      job: 'test',
      action: uploadArtifactAction,
      with: {
        name: 'mcp-test-harness-report-24-Linux-X64-1',
        content: Buffer.from('no archive').toString('base64'),
      },
    });
    unreadable = await other.run({ ...pr, ...merge });
    nothing = await openWorld(kind).run({ event: 'pull_request', pr: 1, with: { run: 'merge' } });
  }, 240_000);

  it.skipIf(kind.isSkipped)('is not green when the report of a job cannot be read', () => {
    expect(unreadable.conclusion).toBe('failure');
    expect(unreadable.annotations.some(({ message }) => /24.*refused|refused.*24/s.test(message))).toBe(true);
  });

  it.skipIf(kind.isSkipped)('has a baseline a job, and none overwrites the other', () => {
    const saved = main.map(({ cache }) => cache.events.find(({ op }) => op === 'saved')?.key);
    expect(saved[0]).toContain('v1-22-Linux');
    expect(saved[1]).toContain('v1-24-Linux');
    expect(pull.map(({ outputs }) => outputs['baseline'])).toEqual(['cache', 'cache']);
  });

  it.skipIf(kind.isSkipped)('has an artifact a job', () => {
    expect(pull[1]?.artifacts.thisRun.map(({ name }) => name).toSorted()).toEqual([
      'mcp-test-harness-report-22-Linux-X64-1',
      'mcp-test-harness-report-24-Linux-X64-1',
    ]);
    expect(pull.flatMap(commentsOf)).toEqual([]);
  });

  it.skipIf(kind.isSkipped)('is merged into one comment, which tells once what fails in both', () => {
    const [comment, ...others] = commentsOf(merged);
    expect(others).toEqual([]);
    expect(headlineOf(comment?.body)).toContain('newly failing');
    expect(comment?.body.match(/expected text to equal/g)).toHaveLength(1);
    expect(comment?.body).toMatch(/22[^]*24/);
  });

  it.skipIf(kind.isSkipped)('is red in the job that merges, too, with the outputs of all', () => {
    expect(merged.conclusion).toBe('failure');
    expect(merged.outputs).toMatchObject({ outcome: 'failed', tests: '2', failed: '2', baseline: 'cache' });
    expect(merged.artifacts.thisRun.map(({ name }) => name)).toContain(
      'mcp-test-harness-merged-merged-Linux-X64-1',
    );
    expect(headlineOf(merged.summary)).toContain('newly failing');
  });

  it.skipIf(kind.isSkipped)('says all clear in the same comment once all are well', () => {
    expect(again.conclusion).toBe('success');
    expect(commentsOf(again)).toMatchObject([{ id: commentsOf(merged)[0]?.id, updatedThisRun: true }]);
    expect(headlineOf(commentsOf(again)[0]?.body)).toContain('All clear');
  });

  it.skipIf(kind.isSkipped)('says so when there is nothing to merge', () => {
    expect(nothing.conclusion).toBe('failure');
    expect(nothing.annotations[0]?.message).toContain('no job of this run has left a report');
  });
});

/** Two tests, one a shard; the second fails. */
const twoTests = {
  'mcp-test-harness.yaml': `server:
  command: node
  args: [server.mjs]
test_suites:
  - name: greeting
    test_cases:
      - { id: ann, tool_name: greet, input_params: { name: Ann }, expected: { text: 'Hello, Ann' } }
      - { id: bob, tool_name: greet, input_params: { name: Bob }, expected: { text: 'Hi, Bob' } }
`,
};

describe.each(worlds)('shards, $name', (kind) => {
  let merged: RunReport;

  beforeAll(async () => {
    if (kind.isSkipped) return;
    const world = openWorld(kind, { files: twoTests });
    const shard = (index: number): RunOptions => ({ with: { shard: `${index}/2`, comment: 'never' } });
    await world.run({ event: 'pull_request', pr: 1, ...shard(1) });
    await world.run({ sameRun: true, job: 'second', ...shard(2) });
    merged = await world.run({ sameRun: true, job: 'merge', with: { run: 'merge' } });
  }, 120_000);

  it.skipIf(kind.isSkipped)('are one report again', () => {
    expect(merged.conclusion).toBe('failure');
    expect(merged.outputs).toMatchObject({ tests: '2', passed: '1', failed: '1' });
    const artifact = merged.artifacts.thisRun.find(({ name }) => name.includes('-merged-'));
    expect(artifact?.files?.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['jobs.json', 'junit.xml', 'report.html', 'results.json']),
    );
    expect(merged.summary).toContain('1 failed of 2 tests');
  });
});
