import { describe, expect, it } from 'vitest';
import type { CachedBaseline } from '../src/services/baseline-cache.ts';
import type { CheckOutcome } from '../src/services/check-runs.ts';
import type { CommentOutcome } from '../src/services/comments.ts';
import type { ServiceFault } from '../src/services/fault.ts';
import type { PullRequestLookup } from '../src/services/pull-requests.ts';
import { makeZip } from '../src/services/testing/make-zip.ts';
import { temporaryFolders } from './support/folders.ts';
import { callService, uploadArtifactAction } from './support/runner/run-services.ts';
import type { RunOptions, World } from './support/runner/types.ts';
import { worlds } from './support/runner/worlds.ts';

/** Through JSON: maps of files are objects, their bytes text. */
type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: ServiceFault };
type Files = Readonly<Record<string, string>>;

const newFolder = temporaryFolders();
const baseline = { 'baseline.json': '{"runs":[]}' };
const wanted = { branches: ['main'] };
const pull7: RunOptions = { event: 'pull_request', pr: 7 };

const save = (world: World, options: RunOptions = { event: 'push' }) =>
  callService<Result<boolean>>(world, 'save', { files: baseline }, options);
const restore = (world: World, options: RunOptions = pull7, request: object = wanted) =>
  callService<Result<(Omit<CachedBaseline, 'files'> & { readonly files: Files }) | undefined>>(
    world,
    'restore',
    { wanted: request },
    options,
  );
const comment = (world: World, argument: object, options: RunOptions = pull7) =>
  callService<CommentOutcome>(world, 'syncComment', { pullRequest: 7, ...argument }, options);

// Real processes with the toolkit's own packages: the rules themselves are tested beside the code.
// They wait more than they work, so they run side by side.
describe.each(worlds)(
  'services of GitHub $name',
  { concurrent: true, timeout: 90_000 },
  ({ isSkipped, create }) => {
    const scenario = it.skipIf(isSkipped);
    const newWorld = (): World => create({ state: newFolder() });

    describe('a baseline in the cache', () => {
      scenario(
        'of the default branch is there for pull requests, that of their base commit first',
        async () => {
          const world = newWorld();
          expect((await restore(world)).result).toEqual({ ok: true });
          const first = await save(world);
          expect(first.result).toEqual({ ok: true, value: true });
          await save(world);
          const ofNewest = await restore(world);
          expect(ofNewest.result).toMatchObject({ value: { files: baseline, entry: { branch: 'main' } } });
          const ofBase = await restore(world, pull7, { ...wanted, commits: [first.report.run.sha] });
          expect(ofBase.result).toMatchObject({ value: { entry: { sha: first.report.run.sha } } });
        },
      );

      scenario('is gone after eight days without use', async () => {
        const world = newWorld();
        await save(world);
        const { result, report } = await restore(world, { event: 'schedule', advance: '8d' });
        expect(result).toEqual({ ok: true });
        expect(report.cache.events.map(({ op }) => op)).toEqual(['evicted', 'miss']);
      });

      scenario('is not written with a token that only reads', async () => {
        const world = newWorld();
        await world.run({ ...pull7, fork: 'mallory', action: uploadArtifactAction, with: smallArtifact });
        const { result } = await save(world, { event: 'workflow_run', pr: 7 });
        expect(result).toMatchObject({ ok: false, fault: { reason: 'denied' } });
      });

      scenario.each([
        ['cache-save-conflict', { ok: true, value: false }],
        ['cache-quota', { ok: false, fault: { service: 'cache' } }],
        ['cache-upload-403', { ok: false, fault: { reason: 'denied' } }],
      ])('with %s fails as data', async (fault, outcome) => {
        const { result, report } = await save(newWorld(), { event: 'push', faults: [fault] });
        expect(result).toMatchObject(outcome);
        // What the toolkit says about it is kept out of the log: one warning of ours is enough.
        expect(report.annotations).toEqual([]);
      });

      scenario.each([
        ['cache-429', 'rate-limited'],
        ['cache-read-denied', 'denied'],
      ])('that cannot be restored (%s) is told from one that is not there', async (fault, reason) => {
        const world = newWorld();
        await save(world);
        const { result, report } = await restore(world, { ...pull7, faults: [fault] });
        expect(result).toMatchObject({ ok: false, fault: { reason } });
        expect(report.annotations).toEqual([]);
      });

      scenario.each([
        'cache-download-404',
        'cache-download-corrupt',
        'cache-download-truncate',
        'cache-download-short',
      ])('that is spoilt on its way (%s) is a fault in a few seconds', async (fault) => {
        const world = newWorld();
        await save(world);
        const { result, remainingMs } = await restore(world, { ...pull7, faults: [fault] });
        expect(result.ok).toBe(false);
        expect(remainingMs).toBeGreaterThan(20_000);
      });

      scenario('behind a service that hangs holds up nothing: the process ends', async () => {
        const { result, report } = await callService<Result<unknown>>(
          newWorld(),
          'restore',
          { wanted, totalMs: 1000 },
          { ...pull7, faults: ['cache-hang'] },
        );
        expect(result).toMatchObject({ ok: false, fault: { reason: 'timeout', attempts: 1 } });
        expect(report.conclusion).toBe('success');
      });
    });

    describe('artifacts', () => {
      const upload = (world: World, name: string, options: RunOptions) =>
        callService<Result<{ readonly id: number; readonly name: string; readonly url: string }>>(
          world,
          'upload',
          { name, files: { 'job.json': JSON.stringify(name) }, retentionDays: 5 },
          options,
        );

      scenario('of all jobs of a run are read again, without a permission', async () => {
        const world = newWorld();
        const first = await upload(world, 'mcp-test-harness-report-a-Linux-X64-1', pull7);
        expect(first.result).toMatchObject({
          ok: true,
          value: { url: expect.stringContaining('/artifacts/') },
        });
        const [artifact] = first.report.artifacts.thisRun;
        expect(artifact).toMatchObject({ files: [{ name: 'job.json' }] });
        const second = await upload(world, 'mcp-test-harness-report-a-Linux-X64-1', {
          sameRun: true,
          job: 'b',
        });
        expect(second.result).toMatchObject({ value: { name: 'mcp-test-harness-report-a-Linux-X64-1.2' } });
        const { result, report } = await callService<Result<readonly Result<{ readonly files: Files }>[]>>(
          world,
          'downloadOfThisRun',
          { prefix: 'mcp-test-harness-report-' },
          { sameRun: true, job: 'merge' },
        );
        const texts = result.ok ? result.value.map((one) => (one.ok ? one.value.files : one.fault)) : result;
        expect(texts).toEqual([
          { 'job.json': '"mcp-test-harness-report-a-Linux-X64-1"' },
          { 'job.json': '"mcp-test-harness-report-a-Linux-X64-1"' },
        ]);
        expect(report.api.needs).toEqual([]);
      });

      scenario('that are pages are uploaded as they are', async () => {
        const { result, report } = await callService<Result<unknown>>(
          newWorld(),
          'uploadPage',
          { name: 'mcp-test-harness-report-a.html', content: '<h1>' },
          pull7,
        );
        expect(result).toMatchObject({ ok: true, value: { name: 'mcp-test-harness-report-a.html' } });
        expect(report.artifacts.thisRun).toMatchObject([
          { name: 'mcp-test-harness-report-a.html', raw: true },
        ]);
      });

      scenario('give a baseline when the cache has none any more', async () => {
        const world = newWorld();
        const name = 'mcp-test-harness-baseline-default-Linux-X64-1';
        await upload(world, name, { event: 'push' });
        const { result, report } = await callService<Result<{ readonly files: Files }>>(
          world,
          'findBaselineArtifact',
          { branch: 'main' },
          { ...pull7, advance: '4d' },
        );
        expect(result).toMatchObject({ ok: true, value: { name, files: { 'job.json': `"${name}"` } } });
        expect(report.api.needs).toEqual(['actions: read']);
      });

      scenario('of a fork are refused when they are hostile', async () => {
        const world = newWorld();
        const content = makeZip([{ name: '../../job.json', content: '{}' }]).toString('base64');
        await world.run({
          ...pull7,
          fork: 'mallory',
          action: uploadArtifactAction,
          with: { name: 'mcp-test-harness-report-a-Linux-X64-1', content },
        });
        const { result } = await callService<Result<readonly Result<unknown>[]>>(
          world,
          'downloadOfRun',
          { prefix: 'mcp-test-harness-report-' },
          { event: 'workflow_run', pr: 7 },
        );
        expect(result).toMatchObject({ ok: true, value: [{ ok: false, fault: { reason: 'hostile' } }] });
      });

      scenario('are uploaded although the service fails twice', async () => {
        const { result } = await upload(newWorld(), 'reports-1', { ...pull7, faults: ['artifact-reset*2'] });
        expect(result).toMatchObject({ ok: true });
      });
    });

    describe('the comment', () => {
      scenario('is created, updated by a further attempt and commit, and deleted', async () => {
        const world = newWorld();
        const created = await comment(world, { body: 'one' });
        expect(created.result).toMatchObject({
          status: 'created',
          url: expect.stringContaining('#issuecomment-'),
        });
        expect(created.report.api.needs).toEqual([
          'issues: read or pull-requests: read',
          'issues: write or pull-requests: write',
        ]);
        expect((await comment(world, { body: 'two' }, { rerun: true })).result.status).toBe('updated');
        const third = await comment(world, { body: 'three' });
        expect(third.report.comments).toMatchObject([{ edits: 2, body: expect.stringMatching(/\nthree$/) }]);
        expect((await comment(world, { body: '', intent: 'delete' })).result.status).toBe('deleted');
        expect(world.snapshot().comments).toEqual([]);
      });

      scenario('of another user with our marker is left alone', async () => {
        const world = newWorld();
        const { report } = await comment(world, { body: 'one' });
        const body = report.comments[0]?.body ?? '';
        const other = newWorld();
        other.seed({ pulls: { 7: {} }, comments: [{ issue: 7, user: 'mallory', body }] });
        expect((await comment(other, { body: 'ours' })).result.status).toBe('created');
        expect((await comment(other, { body: 'ours again' })).result.status).toBe('updated');
        const mallory = { user: 'mallory', body };
        expect(other.snapshot().comments).toMatchObject([
          mallory,
          { body: expect.stringMatching(/ours again$/) },
        ]);
      });

      scenario.each<[string, RunOptions, string]>([
        ['of a fork', { fork: 'mallory' }, 'denied'],
        ['without the permission', { permissions: 'contents=read' }, 'denied'],
        ['in a locked conversation', { faults: ['pr-locked'] }, 'locked'],
      ])('%s is refused, and no more than that', async (_name, options, reason) => {
        const { result, report } = await comment(newWorld(), { body: 'x' }, { ...pull7, ...options });
        expect(result).toMatchObject({ status: 'refused', fault: { reason } });
        expect(report.conclusion).toBe('success');
      });

      scenario.each(['api-502-html*1', 'api-reset*2', 'api-429*1', 'api-rate-limit-primary*1'])(
        'survives %s',
        async (fault) => {
          const { result } = await comment(newWorld(), { body: 'x' }, { ...pull7, faults: [fault] });
          expect(result.status).toBe('created');
        },
      );

      scenario('is given up when the API hangs', async () => {
        const { result, report } = await comment(
          newWorld(),
          { body: 'x', totalMs: 1000 },
          { ...pull7, faults: ['api-hang'] },
        );
        expect(result).toMatchObject({ status: 'failed', fault: { reason: 'timeout' } });
        expect(report.conclusion).toBe('success');
      });
    });

    scenario('a check run takes more annotations than one request may carry', async () => {
      const { result, report } = await callService<CheckOutcome>(
        newWorld(),
        'publishCheckRun',
        {
          name: 'MCP Test Harness',
          headSha: 'a'.repeat(40),
          conclusion: 'failure',
          title: 'Tests fail',
          summary: 'Two',
          annotations: 70,
        },
        pull7,
      );
      expect(result).toMatchObject({ status: 'created' });
      expect(report.checkRuns).toMatchObject([{ conclusion: 'failure', output: { title: 'Tests fail' } }]);
      expect(report.checkRuns[0]?.annotations).toHaveLength(70);
      expect(report.api.needs).toEqual(['checks: write']);
    });

    scenario(
      'the pull request of a fork is found by the run that tested it, until a newer commit is there',
      async () => {
        const world = newWorld();
        const fork = { ...pull7, fork: 'mallory', action: uploadArtifactAction, with: smallArtifact };
        const { run } = await world.run(fork);
        const find = () =>
          callService<PullRequestLookup>(world, 'findPullRequest', {}, { event: 'workflow_run', pr: 7 });
        expect((await find()).result).toMatchObject({
          status: 'found',
          pullRequest: { number: 7, headSha: run.headSha, isFork: true },
        });
      },
    );
  },
);

const smallArtifact = { name: 'x', content: makeZip([{ name: 'a', content: 'b' }]).toString('base64') };
