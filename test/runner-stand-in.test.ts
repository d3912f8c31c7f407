import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { parseFileCommands } from './support/runner/file-commands.ts';
import { Faults } from './support/runner/faults.ts';
import type { RunOptions, World } from './support/runner/types.ts';
import { bothWorlds } from './support/runner/worlds.ts';

const newFolder = temporaryFolders();
const action = resolve(import.meta.dirname, 'support/runner/fixtures/probe');
const pull7: RunOptions = { event: 'pull_request', pr: 7 };

/** Gives a value to the test: the one output of the probe. */
const give = (value: string): string => `write('OUTPUT', 'value=' + JSON.stringify(${value}) + '\\n');`;

// What scenarios of the Action rely on, in the stand-in as in the emulator.
describe.each(bothWorlds)(
  'a runner $name',
  { concurrent: true, timeout: 60_000 },
  ({ isSkipped, create }) => {
    const scenario = it.skipIf(isSkipped);
    const newWorld = (): World => create({ state: newFolder(), action });
    const run = (main: string, options: RunOptions = {}, world = newWorld()) =>
      world.run({ ...options, with: { main, ...options.with } });

    scenario.each<[RunOptions, object]>([
      [{ event: 'push' }, { GITHUB_REF: 'refs/heads/main', GITHUB_REF_NAME: 'main', GITHUB_BASE_REF: '' }],
      [
        pull7,
        {
          GITHUB_REF: 'refs/pull/7/merge',
          GITHUB_REF_NAME: '7/merge',
          GITHUB_BASE_REF: 'main',
          GITHUB_HEAD_REF: 'feature',
        },
      ],
      [
        { event: 'merge_group', pr: 7 },
        { GITHUB_REF: expect.stringMatching(/^refs\/heads\/gh-readonly-queue\/main\/pr-7-[0-9a-f]{40}$/) },
      ],
      [{ event: 'schedule' }, { GITHUB_REF: 'refs/heads/main' }],
      [{ event: 'workflow_dispatch' }, { GITHUB_REF: 'refs/heads/main' }],
      [{ event: 'workflow_run', pr: 7 }, { GITHUB_REF: 'refs/heads/main' }],
    ])('gives a job what it has on GitHub: %j', async (options, expected) => {
      const { outputs } = await run(give('env'), options);
      expect(JSON.parse(outputs['value'] ?? '')).toMatchObject({
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_EVENT_NAME: options.event,
        GITHUB_REPOSITORY: 'octo-org/hello-mcp',
        GITHUB_RUN_ATTEMPT: '1',
        GITHUB_SERVER_URL: 'https://github.com',
        GITHUB_SHA: expect.stringMatching(/^[0-9a-f]{40}$/),
        RUNNER_OS: expect.stringMatching(/^(Linux|macOS|Windows)$/),
        ACTIONS_CACHE_SERVICE_V2: 'True',
        INPUT_NUMBER: '3',
        INPUT_POST: '',
        INPUT_TOKEN: expect.stringMatching(/^ghs_/),
        ...expected,
      });
      expect(JSON.parse(outputs['value'] ?? '')).not.toHaveProperty('GITHUB_TOKEN');
    });

    scenario('tests the merge of a pull request, whose head is another commit', async () => {
      const report = await run(give('event.pull_request.head.sha'), pull7);
      expect(JSON.parse(report.outputs['value'] ?? '')).toBe(report.run.headSha);
      expect(report.run.sha).not.toBe(report.run.headSha);
    });

    scenario('names no pull request of a fork in the run that follows', async () => {
      const world = newWorld();
      const { run: tested } = await run('', { ...pull7, fork: 'mallory' }, world);
      const { outputs } = await run(give('event.workflow_run'), { event: 'workflow_run', pr: 7 }, world);
      expect(JSON.parse(outputs['value'] ?? '')).toMatchObject({
        id: tested.id,
        event: 'pull_request',
        head_sha: tested.headSha,
        pull_requests: [],
        head_repository: { owner: { login: 'mallory' } },
      });
    });

    scenario('counts attempts, and moves a pull request on with each event', async () => {
      const world = newWorld();
      const first = await run('', pull7, world);
      const again = await run('', { rerun: true }, world);
      const next = await run('', pull7, world);
      const same = await run('', { sameRun: true, job: 'other' }, world);
      expect([again.run.id, again.run.attempt, again.run.headSha]).toEqual([
        first.run.id,
        2,
        first.run.headSha,
      ]);
      expect(next.run.headSha).not.toBe(first.run.headSha);
      expect([same.run.id, same.run.attempt]).toEqual([next.run.id, 1]);
    });

    scenario('carries outputs and state; what is malformed fails the step', async () => {
      const report = await run(
        `write('OUTPUT', 'value<<E\\na\\n\\nb=c\\nE\\n'); write('STATE', 'kept=1\\n')`,
        {
          with: { post: `console.log('::notice::kept ' + env.STATE_kept)` },
        },
      );
      expect(report.outputs).toEqual({ value: 'a\n\nb=c' });
      expect(report.annotations).toMatchObject([{ type: 'notice', message: 'kept 1', stage: 'post' }]);
      const malformed = await run(`write('OUTPUT', 'no value\\n')`);
      expect(malformed.conclusion).toBe('failure');
    });

    scenario('reads annotations, shows ten of a kind and 4,096 characters of each', async () => {
      const report = await run(`
      console.log('::error file=' + env.GITHUB_WORKSPACE + '/a.yaml,line=3,col=2,title=a%3Ab::c%0Ad');
      for (let index = 0; index < 12; index++) console.log('::notice::' + 'x'.repeat(5000));
      console.log('::stop-commands::token');
      console.log('::error::not one');
      console.log('::token::');
      console.error('::warning::of stderr');
    `);
      const [error] = report.annotations.filter(({ type }) => type === 'error');
      expect(error).toMatchObject({
        message: 'c\nd',
        title: 'a:b',
        file: 'a.yaml',
        line: 3,
        col: 2,
        shown: true,
      });
      const notices = report.annotations.filter(({ type }) => type === 'notice');
      expect(notices.map(({ shown }) => shown)).toEqual([...Array<boolean>(10).fill(true), false, false]);
      expect(notices[0]?.message.length).toBe(4096);
      expect(report.annotations.filter(({ type }) => type === 'warning')).toMatchObject([
        { message: 'of stderr' },
      ]);
      expect(report.log).toContain('::error::not one');
    });

    scenario('takes a summary of up to 1 MiB', async () => {
      const report = await run(`write('STEP_SUMMARY', '# Fine\\n')`);
      expect(report.summary).toContain('# Fine');
      const large = await run(`write('STEP_SUMMARY', 'x'.repeat(1024 * 1024 + 1))`);
      expect(large).toMatchObject({ conclusion: 'success', summary: null });
      expect(large.stages[0]).toMatchObject({ summaryRejected: true });
    });

    scenario('hides secrets in the log and finds them elsewhere; a fork has none', async () => {
      const secret = 'canary-5f2c9a';
      const options = { secrets: { KEY: secret }, env: { KEY: '${{ secrets.KEY }}' } };
      const script = `console.log('it is ' + env.KEY); write('OUTPUT', 'secret=' + env.KEY + '\\n')`;
      const report = await run(script, options);
      expect(report.log).toContain('it is ***');
      expect(report.masking.leaks).toMatchObject([{ where: 'output secret' }]);
      const ofFork = await run(script, { ...options, ...pull7, fork: 'mallory' });
      expect(ofFork.outputs['secret']).toBe('');
      expect(ofFork.masking.leaks).toEqual([]);
    });

    scenario('interrupts a cancelled job and lets its post run', async () => {
      const report = await run(
        `process.once('SIGINT', () => { console.log('::notice::interrupted'); process.exit(1); });
       await new Promise((resolve) => setTimeout(resolve, 60_000));`,
        { cancelAfter: '1s', with: { post: `console.log('::notice::post')` } },
      );
      expect(report.conclusion).toBe('cancelled');
      expect(report.annotations.map(({ message }) => message)).toEqual(['interrupted', 'post']);
    });

    it.skipIf(isSkipped || process.platform !== 'linux')(
      'finds processes that were left behind',
      async () => {
        const report = await run(
          `spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { detached: true, stdio: 'ignore' }).unref();`,
        );
        expect(report.orphanProcesses).toHaveLength(1);
      },
    );

    const ask = `
    const answer = await fetch(env.GITHUB_API_URL + '/repos/octo-org/hello-mcp/issues/7/comments', {
      method: 'POST',
      headers: { authorization: 'Bearer ' + env.INPUT_TOKEN, 'content-type': 'application/json' },
      body: JSON.stringify({ body: 'hello' }),
    });
    ${give("[answer.status, answer.headers.get('x-accepted-github-permissions')]")}`;

    scenario('lets a token do what it may, and says what it lacks', async () => {
      const may = await run(ask, { ...pull7, permissions: 'pull-requests=write' });
      expect(JSON.parse(may.outputs['value'] ?? '')).toEqual([201, null]);
      expect(may.comments).toMatchObject([
        { user: 'github-actions[bot]', body: 'hello', createdThisRun: true },
      ]);
      const mayNot = await run(ask, { ...pull7, fork: 'mallory' });
      expect(JSON.parse(mayNot.outputs['value'] ?? '')).toEqual([403, 'issues=write; pull_requests=write']);
      expect(mayNot.api).toMatchObject({
        needs: ['issues: write or pull-requests: write'],
        denied: ['POST /repos/octo-org/hello-mcp/issues/7/comments'],
      });
    });

    scenario('breaks what it is told to, as often as it is told to', async () => {
      const report = await run(ask, { ...pull7, faults: ['api-503*1'] });
      expect(JSON.parse(report.outputs['value'] ?? '')).toEqual([503, null]);
      expect(report.faults).toMatchObject([{ name: 'api-503', applied: 1 }]);
    });
  },
);

describe('the stand-in', () => {
  it('has every fault that the emulator has', () => {
    const [ours, others] = bothWorlds;
    const missing = others?.faultPresets.filter((name) => !ours?.faultPresets.includes(name));
    // Nothing of this Action asks for identity tokens.
    expect(missing?.filter((name) => !name.startsWith('oidc-'))).toEqual([]);
  });

  it.each([
    ['a=1\nb=x=y\n', { a: '1', b: 'x=y' }],
    ['a<<E\nE\n', { a: '' }],
    ['a<<E\n1\n2\nE\n\nb=3', { a: '1\n2', b: '3' }],
  ])('reads the files of commands: %j', (text, values) => {
    expect(Object.fromEntries(parseFileCommands(text))).toEqual(values);
  });

  it.each(['a', 'a<<E\n1', 'a<<\n1\n'])('refuses what is malformed in them: %j', (text) => {
    expect(() => parseFileCommands(text)).toThrow(/^Invalid/);
  });

  it('breaks requests in the order that a fault says', () => {
    const faults = new Faults(['api-500@1*2']);
    const broken = Array.from({ length: 5 }, () => faults.next('rest', 'GET', '/user') !== undefined);
    expect(broken).toEqual([false, true, true, false, false]);
    expect(faults.next('cache.CreateCacheEntry', 'POST', '/')).toBeUndefined();
    expect(() => new Faults(['api-501'])).toThrow('unknown fault api-501');
  });
});
