import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../clock/testing/manual-clock.ts';
import { createEncryptor, type Encryptor } from '../secrets/index.ts';
import { localKeys } from '../secrets/local-keys.ts';
import type { ServiceSettings } from '../settings/define.ts';
import { temporaryFolders } from '../testing/folders.ts';
import { processesLeft, processesWith, readProc, scriptedServer, until } from '../testing/mcp-server.ts';
import type { RunSummary } from './define.ts';
import { createRunExecutor, type RunExecutorSettings } from './execute-run.ts';
import { readReport } from './read-report.ts';
import { claimOf } from './testing/claims.ts';
import { rememberingLogger } from './testing/logger.ts';
import { planOf, settingsIn } from './testing/settings.ts';

const folder = temporaryFolders();
const isLinux = process.platform === 'linux';
const never = new AbortController().signal;
const environment = { PATH: process.env['PATH'], HOME: process.env['HOME'] };

/** A place in which nothing can be. */
function noFolder(): string {
  const file = join(folder(), 'file');
  writeFileSync(file, '');
  return join(file, 'reports');
}

interface Setting {
  readonly config: object;
  readonly more?: Partial<ServiceSettings>;
  readonly executor?: Partial<RunExecutorSettings>;
}

async function setUp({ config, more, executor: given }: Setting) {
  const root = folder();
  const plan = await planOf(root, config);
  const settings = settingsIn(root, plan, more);
  const log = rememberingLogger();
  current = { settings, log };
  if (given === undefined) return { root, settings, log, executor: shared };
  const executor = createRunExecutor({ settings: () => settings, log, version, env: environment, ...given });
  ends.push(() => executor.close());
  return { root, settings, log, executor };
}

const version = '1.2.3';
const ends: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const end of ends) await end();
});

/** What the test at hand has set up: one executor for all of them, as it is one for all runs of a service. */
let current: { readonly settings: ServiceSettings; readonly log: ReturnType<typeof rememberingLogger> };
const shared = createRunExecutor({
  settings: () => current.settings,
  log: {
    debug: (...line) => current.log.debug(...line),
    info: (...line) => current.log.info(...line),
    warn: (...line) => current.log.warn(...line),
    error: (...line) => current.log.error(...line),
  },
  version,
  env: environment,
});
ends.push(() => shared.close());

const call = (id: string, more: object = {}): object => ({ id, tool_name: 'echo', ...more });
const suites = (...names: readonly string[]): object => ({
  test_suites: names.map((name) => ({ name, test_cases: [call('answers', { expected: { text: 'echo' } })] })),
});

describe('a run of tests', () => {
  it('is carried out in another process, tells what came of it, and leaves no server behind', async () => {
    const mark = randomUUID();
    const { executor, settings } = await setUp({
      config: {
        server: scriptedServer('', { env: { MARK: mark } }),
        test_suites: [
          { name: 'sound', test_cases: [call('answers', { expected: { text: 'echo' }, iterations: 20 })] },
          {
            name: 'other',
            test_cases: [
              call('wrong', { expected: { text: 'something else' } }),
              call('off', { enabled: false }),
            ],
          },
        ],
      },
    });
    const claim = claimOf({ kind: 'test', suites: [] });
    const { result, executed } = await executor.execute(claim, never);
    expect(result.verdict).toBe('failed');
    expect(result.reportPath).toMatch(new RegExp(`^runs/\\d{4}-\\d\\d-\\d\\d/${claim.run.id}-a1$`));
    expect(executed.summary).toMatchObject({
      version: 1,
      kind: 'test',
      verdict: 'failed',
      reports: ['results.json'],
      suites: [
        { suite: 'sound', server: 'server', passed: 1, failed: 0, violations: {}, retries: 0 },
        { suite: 'other', server: 'server', passed: 0, failed: 1, skipped: 1 },
      ],
      failures: [{ test: 'other/wrong', outcome: 'failed', location: expect.stringContaining('.yaml:') }],
    });
    expect(executed.summary.suites[0]?.latency?.n).toBe(20);
    expect(executed.samples[0]).toMatchObject({ suite: 'sound', server: 'server' });
    expect(executed.samples[0]?.timesMs).toHaveLength(20);
    expect(result.summary).toEqual(JSON.parse(JSON.stringify(executed.summary)));
    const report = await readReport(settings, undefined, executed.reportPath, 'results.json');
    expect(JSON.parse(String(report))).toMatchObject({ verdict: 'failed', harness: { version: '1.2.3' } });
    expect(executor.active()).toEqual([]);
    if (isLinux) expect(processesWith(mark)).toEqual([]);
  });

  it('is of the suites that were asked for, in every report of the configuration, and follows another in its process', async () => {
    const { executor, settings } = await setUp({
      config: { server: scriptedServer(), ...suites('a', 'b', 'c') },
      more: {
        reporting: {
          outputDir: join(folder(), 'reports'),
          formats: ['html', 'json', 'junit'],
          retentionMs: undefined,
        },
      },
    });
    const pids = new Set<number>();
    for (const suite of ['b', 'c']) {
      const ended = executor.execute(claimOf({ kind: 'test', suites: [suite] }), never);
      pids.add((await until(() => executor.active()[0])).pid);
      const { executed } = await ended;
      expect(executed.summary.suites.map((one) => one.suite)).toEqual([suite]);
      expect(executed.summary.reports.toSorted()).toEqual(['junit.xml', 'report.html', 'results.json']);
      expect(readdirSync(join(settings.reporting.outputDir, executed.reportPath))).toHaveLength(3);
    }
    expect(pids.size).toBe(1);
  });

  it.each([
    ['a suite that is not there', { kind: 'test', suites: ['x'] }, /there is no suite "x"/],
    ['a kind that is none', { kind: 'dance', suites: [] }, /the request of the run is none: kind/],
    ['no request at all', {}, /the request of the run is none/],
  ])('cannot be carried out for %s', async (_what, request, message) => {
    const { executor } = await setUp({ config: { server: scriptedServer(), ...suites('a') } });
    const failure = await executor.execute(claimOf(request), never).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'USAGE', message: expect.stringMatching(message) });
  });

  it('is errored when its server does not start, which is a result', async () => {
    const { executor } = await setUp({ config: { server: { command: '/does/not/exist' }, ...suites('a') } });
    const { executed } = await executor.execute(claimOf({ kind: 'test', suites: [] }), never);
    expect(executed.summary).toMatchObject({ verdict: 'errored', suites: [{ errored: 1 }] });
  });

  it('keeps its verdict when its reports cannot be written, and says so', async () => {
    const { executor, log } = await setUp({
      config: { server: scriptedServer(), ...suites('a') },
      more: { reporting: { outputDir: noFolder(), formats: ['json'], retentionMs: undefined } },
    });
    const { result, executed } = await executor.execute(claimOf({ kind: 'test', suites: [] }), never);
    expect([result.verdict, result.reportPath, executed.summary.reports]).toEqual(['passed', undefined, []]);
    expect(executed.summary.notes[0]).toContain('a report is withheld: cannot write');
    expect(log.lines.map(({ level }) => level)).toEqual(['error']);
  });
});

describe.runIf(isLinux)('the process of a run', () => {
  const marked = (mark: string, script = '') => scriptedServer(script, { env: { MARK: mark } });
  const hanging = `tools.echo = () => new Promise(() => {});`;

  it('and the memory of its servers are told while it goes on', async () => {
    const mark = randomUUID();
    const { executor } = await setUp({ config: { server: marked(mark, hanging), ...suites('a') } });
    const stop = new AbortController();
    const claim = claimOf({ kind: 'test', suites: [] });
    const ended = executor.execute(claim, stop.signal).catch((error: unknown) => error);
    const active = await until(() => executor.active().find(({ servers }) => servers.length > 0));
    expect(active).toMatchObject({ runId: claim.run.id, servers: [{ name: 'server' }] });
    const [memory] = await executor.memory();
    expect(memory).toMatchObject({ server: 'server', runId: claim.run.id });
    const told = Number(/VmRSS:\s+(\d+)/.exec(readProc(memory?.pid ?? 0, 'status'))?.[1]) * 1024;
    expect(Math.abs((memory?.rssBytes ?? 0) / told - 1)).toBeLessThan(0.1);
    stop.abort('drain');
    await ended;
  });

  it('that is killed is an error with its last words, and takes its servers along', async () => {
    const mark = randomUUID();
    const { executor } = await setUp({ config: { server: marked(mark, hanging), ...suites('a') } });
    const ended = executor
      .execute(claimOf({ kind: 'test', suites: [] }), never)
      .catch((error: unknown) => error);
    await until(() => processesWith(mark).length > 0);
    process.kill(executor.active()[0]?.pid ?? 0, 'SIGKILL');
    expect(await ended).toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining('was ended by SIGKILL before it had answered'),
    });
    expect(await processesLeft(mark)).toEqual([]);
  });

  it('that says nothing any more is killed', async () => {
    const mark = randomUUID();
    const clock = new ManualClock('2026-11-26T12:00:00Z');
    const { executor } = await setUp({
      config: { server: marked(mark, hanging), ...suites('a') },
      executor: { clock },
    });
    const ended = executor
      .execute(claimOf({ kind: 'test', suites: [] }), never)
      .catch((error: unknown) => error);
    await until(() => processesWith(mark).length > 0);
    process.kill(executor.active()[0]?.pid ?? 0, 'SIGSTOP');
    await clock.advance(61_000);
    expect(await ended).toMatchObject({ message: expect.stringContaining('had said nothing for 60 s') });
    expect(await processesLeft(mark)).toEqual([]);
  });

  it('that is to stop ends, and keeps what it has found', async () => {
    const mark = randomUUID();
    const { executor, settings } = await setUp({
      config: {
        server: marked(mark, `tools.hang = () => new Promise(() => {});`),
        test_suites: [
          {
            name: 'a',
            test_cases: [call('first', { expected: { text: 'echo' } }), { id: 'second', tool_name: 'hang' }],
          },
        ],
      },
    });
    const stop = new AbortController();
    const claim = claimOf({ kind: 'test', suites: [] });
    const ended = executor.execute(claim, stop.signal).catch((error: unknown) => error);
    await until(() => (executor.active()[0]?.servers.length ?? 0) > 0);
    stop.abort('drain');
    expect(await ended).toMatchObject({ code: 'CANCELLED' });
    expect(processesWith(mark)).toEqual([]);
    const [day = ''] = readdirSync(join(settings.reporting.outputDir, 'runs'));
    const place = join(settings.reporting.outputDir, 'runs', day, `${claim.run.id}-a1`);
    expect(JSON.parse(readFileSync(join(place, 'results.json'), 'utf8'))).toMatchObject({
      verdict: 'interrupted',
      complete: false,
    });
  });

  it('that does not stop is killed', async () => {
    const mark = randomUUID();
    const { executor } = await setUp({
      config: { server: marked(mark, hanging), ...suites('a') },
      executor: { stopGraceMs: 1 },
    });
    const stop = new AbortController();
    const ended = executor
      .execute(claimOf({ kind: 'test', suites: [] }), stop.signal)
      .catch((error: unknown) => error);
    await until(() => processesWith(mark).length > 0);
    process.kill(executor.active()[0]?.pid ?? 0, 'SIGSTOP');
    stop.abort('cancelled');
    expect(await ended).toMatchObject({ code: 'CANCELLED' });
    expect(await processesLeft(mark)).toEqual([]);
  });

  it('does not outlive a service that is killed', { timeout: 90_000 }, async () => {
    const mark = randomUUID();
    const service = spawn(
      process.execPath,
      [
        '--conditions=mcp-test-harness-source',
        join(import.meta.dirname, 'testing/service-process.ts'),
        folder(),
        JSON.stringify({ server: marked(mark, hanging), ...suites('a') }),
      ],
      { stdio: 'inherit', env: { ...environment, HOME: folder() } },
    );
    const server = await until(() => processesWith(mark)[0], 60_000);
    const run = Number(/PPid:\s+(\d+)/.exec(readProc(server, 'status'))?.[1]);
    service.kill('SIGKILL');
    expect(await processesLeft(mark)).toEqual([]);
    await until(() => !existsSync(`/proc/${run}/exe`) || readProc(run, 'stat').includes(') Z '));
  });

  it('and its servers see nothing that is of the service alone', async () => {
    const canary = `canary-${randomUUID()}`;
    const { executor, settings } = await setUp({
      config: {
        server: scriptedServer(`tools.echo = () => JSON.stringify(process.env);`),
        test_suites: [
          { name: 'a', test_cases: [call('tells', { expected: { text: { contains: 'PATH' } } })] },
        ],
      },
      executor: { env: { ...environment, DATABASE_URL: canary, VAULT_TOKEN: canary } },
    });
    let seen = '';
    const watching = setInterval(() => {
      const { pid } = executor.active()[0] ?? {};
      if (pid !== undefined) seen += readProc(pid, 'cmdline') + readProc(pid, 'environ');
    }, 5);
    const { executed } = await executor.execute(claimOf({ kind: 'test', suites: [] }), never);
    clearInterval(watching);
    expect(executed.summary).toMatchObject({ verdict: 'passed' });
    expect(seen).toContain('child.ts');
    expect(seen).not.toContain(canary);
    const report = await readReport(settings, undefined, executed.reportPath, 'results.json');
    expect(String(report)).toContain('PATH');
    expect(String(report)).not.toContain(canary);
  });
});

describe('what servers send', () => {
  const secret = `body-${randomUUID()}`;
  const config = {
    server: scriptedServer(`tools.echo = () => ${JSON.stringify(secret)};`),
    test_suites: [{ name: 'a', test_cases: [call('wrong', { expected: { text: 'something else' } })] }],
  };

  async function runSealed(encryptor: Encryptor) {
    const set = await setUp({
      config,
      executor: { encryptor },
      more: {
        reporting: { outputDir: join(folder(), 'out'), formats: ['json', 'html'], retentionMs: undefined },
      },
    });
    return { ...set, ...(await set.executor.execute(claimOf({ kind: 'test', suites: [] }), never)) };
  }

  it('is on no disk and in no summary in the clear, with an encryptor', async () => {
    const encryptor = createEncryptor({
      provider: localKeys('env', randomBytes(32).toString('hex'), 'this test'),
    });
    const { result, executed, settings } = await runSealed(encryptor);
    const { outputDir } = settings.reporting;
    const files = readdirSync(outputDir, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.map(({ name }) => name).toSorted()).toEqual(['report.html.sealed', 'results.json.sealed']);
    for (const { parentPath, name } of files)
      expect(readFileSync(join(parentPath, name), 'utf8')).not.toContain(secret);
    expect(JSON.stringify(result)).not.toContain(secret);
    expect((result.summary as unknown as RunSummary).failures).toMatchObject([
      { test: 'a/wrong', message: 'text: equals does not hold; the report tells what came' },
    ]);
    for (const name of executed.summary.reports)
      expect(String(await readReport(settings, encryptor, executed.reportPath, name))).toContain(secret);
  });

  it('is not stored while the key provider is down; the verdict is, and says so', async () => {
    const down = () => Promise.reject(new Error('connection refused'));
    const { result, executed, settings, log } = await runSealed(
      createEncryptor({ provider: { name: 'vault', createDataKey: down, unwrap: down } }),
    );
    expect([result.verdict, result.reportPath, executed.summary.reports]).toEqual(['failed', undefined, []]);
    expect(executed.summary.notes[0]).toMatch(
      /^a report is withheld: nothing is stored in the clear, and there is no key/,
    );
    expect(existsSync(settings.reporting.outputDir)).toBe(false);
    expect(log.lines.map(({ event }) => event)).toContain('report withheld');
  });
});

describe('a run of benchmarks', { timeout: 90_000 }, () => {
  it('makes a baseline, adds to it, and tells what the approved one measured for the same calls', async () => {
    const { executor, settings } = await setUp({
      config: { server: scriptedServer(), ...suites('a') },
    });
    const request = { kind: 'benchmark', suites: ['a'] };
    const first = await executor.execute(claimOf(request), never);
    expect(first.executed.summary).toMatchObject({
      kind: 'benchmark',
      suites: [{ suite: 'a', passed: 1, failed: 0 }],
      reports: ['benchmark.json'],
    });
    expect(first.executed.summary.suites[0]?.latency?.n).toBeGreaterThanOrEqual(10);
    const file = join(settings.baselineDir, 'a', 'baseline.json');
    // A machine that is too busy makes no measure, and says so.
    if (!existsSync(file)) {
      expect(first.executed.summary.notes.join()).toContain('not recorded in the baseline of a');
      return;
    }
    const baseline = JSON.parse(readFileSync(file, 'utf8')) as {
      approved: { by: string; run: { benchmarks: { p95Ms?: number }[] } };
    };
    expect(baseline.approved.by).toBe('mcp-test-harness service');
    const tests = await executor.execute(claimOf({ kind: 'test', suites: ['a'] }), never);
    const p95Ms = baseline.approved.run.benchmarks[0]?.p95Ms;
    expect(tests.executed.summary.suites[0]?.baselineP95Ms).toBeCloseTo(p95Ms ?? Number.NaN, 2);
  });

  it('goes on without a baseline that cannot be read, and says so', async () => {
    const { executor } = await setUp({
      config: { server: scriptedServer(), ...suites('a') },
      more: { baselineDir: noFolder() },
    });
    const { executed } = await executor.execute(claimOf({ kind: 'compliance', suites: ['a'] }), never);
    expect(executed.summary).toMatchObject({
      kind: 'compliance',
      suites: [{ suite: 'compliance of server', server: 'server' }],
      reports: ['results.json'],
    });
    expect(executed.summary.notes.join('\n')).toContain('not held against its baseline');
  });
});
