/** The examples of the Action do what their workflows say. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { installServer } from '../scripts/scorecard/install.ts';
import { commandsOf, harnessSteps, written, type HarnessStep } from './support/example-workflows.ts';
import { createExampleRepository, type ExampleRepository } from './support/example-workspace.ts';
import { freePort } from './support/free-port.ts';
import { temporaryFolders } from './support/folders.ts';
import { cliEnvironment, runCli } from './support/run-cli.ts';
import { standIn } from './support/runner/stand-in.ts';
import type { RunReport } from './support/runner/types.ts';

const root = resolve(import.meta.dirname, '..');
const examples = readdirSync(join(root, 'examples')).filter((name) => name.startsWith('action-'));

/** Options for less of what takes time. What is found in it is of no weight here. */
function economy(command: readonly string[]): readonly string[] {
  if (command[0] === 'audit') return ['--fuzz', '1'];
  if (command[0] !== 'benchmark') return [];
  return command.includes('--compare-ref')
    ? ['--no-wait', '--pairs', '6', '--fail-on', 'never']
    : ['--processes', '2', '--iterations', '20'];
}

/** Measuring waits for a quiet machine otherwise: minutes, while other tests run. */
const idleMachine = {
  NODE_OPTIONS: `--require=${join(root, 'test/fixtures/preload/idle-machine.cjs')}`,
};

const folderWith = temporaryFolders();
const toRemove: string[] = [];
afterAll(() => {
  for (const folder of toRemove) rmSync(folder, { recursive: true, force: true });
});

interface Prepared {
  readonly repository: ExampleRepository;
  readonly steps: readonly HarnessStep[];
  readonly env: Readonly<Record<string, string>>;
}

/** @throws Error when a package that is not of this repository cannot be installed */
async function prepare(name: string): Promise<Prepared> {
  const repository = createExampleRepository(name, await modulesOf(name));
  toRemove.push(repository.path);
  const steps = harnessSteps(name, repository.path, await freePort());
  return { repository, steps, env: { PORT: String(await freePort()) } };
}

/** Undefined: those of this repository. Its server is too large to be installed with every clone. */
async function modulesOf(name: string): Promise<string | undefined> {
  if (name !== 'action-binary') return undefined;
  const { dependencies } = JSON.parse(readFileSync(join(root, 'examples', name, 'package.json'), 'utf8')) as {
    dependencies: Readonly<Record<string, string>>;
  };
  const [[server, version] = ['', '']] = Object.entries(dependencies);
  return await installServer({ package: server, version }, join(root, 'node_modules/.cache/examples'));
}

/** The shell lines of a step's job before it; what they leave running ends with `end`. */
async function runBefore(
  lines: readonly string[],
  cwd: string,
  env: Prepared['env'],
): Promise<{ end(): void }> {
  const groups: number[] = [];
  for (const line of lines) {
    const shell = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', line], {
      cwd,
      env: { ...cliEnvironment, ...env },
      stdio: 'ignore',
      detached: true,
    });
    if (shell.pid !== undefined) groups.push(shell.pid);
    const code = await new Promise((done, failed) => shell.once('error', failed).once('exit', done));
    expect(code, line).toBe(0);
  }
  return {
    end() {
      for (const group of groups)
        try {
          process.kill(-group);
        } catch {
          // Nothing was left running.
        }
    },
  };
}

/** The jobs of a workflow in a pull request, one after the other; of a fork where that is what the example is about. */
async function runWorkflow(
  name: string,
  { repository: { path, baseSha, headSha }, steps, env }: Prepared,
): Promise<readonly RunReport[]> {
  const world = standIn({ state: folderWith(), action: root, workspace: path });
  const pullRequest = {
    event: 'pull_request',
    pr: 7,
    baseSha,
    headSha,
    ...(name === 'action-fork-safe' && { fork: 'a-stranger' }),
  } as const;
  const reports: RunReport[] = [];
  for (const step of steps) {
    const before = await runBefore(step.before, path, env);
    const isComment = step.inputs['run'] === 'comment';
    try {
      const report = await world.run({
        ...(isComment ? { event: 'workflow_run', pr: 7 } : pullRequest),
        ...(reports.length > 0 && !isComment && { sameRun: true }),
        job: `${step.job}-${reports.length}`,
        ...(step.matrix && { matrix: step.matrix }),
        permissions: Object.entries(step.permissions)
          .map((entry) => entry.join('='))
          .join(','),
        with: step.inputs,
        env: { ...env, ...step.env, ...idleMachine, PATH: cliEnvironment.PATH },
      });
      expect(report.conclusion, report.log.join('\n')).toBe('success');
      reports.push(report);
    } finally {
      before.end();
    }
  }
  return reports;
}

describe.concurrent('the example', { timeout: 180_000 }, () => {
  it('folders are those that the page of the Action promises', () => {
    expect(examples).toEqual([
      'action-binary',
      'action-fork-safe',
      'action-http',
      'action-matrix',
      'action-merge-base',
      'action-no-config',
      'action-typescript',
    ]);
  });

  describe.each(examples)('%s', (name) => {
    it('has a README of about ten lines with the commands that do what its workflow does', () => {
      const lines = readFileSync(join(root, 'examples', name, 'README.md'), 'utf8')
        .trimEnd()
        .split('\n');
      expect(lines.length).toBeGreaterThanOrEqual(6);
      expect(lines.length).toBeLessThanOrEqual(18);
      const commands = harnessSteps(name, '', 3001).flatMap(commandsOf).map(written);
      expect(commands.length).toBeGreaterThan(0);
      for (const command of commands) expect(lines).toContain(command);
    });

    it('passes on the command line', async (context) => {
      const prepared = await prepare(name).catch((cause: Error) => cause);
      if (prepared instanceof Error) return context.skip(prepared.message);
      const { repository, steps, env } = prepared;
      const done = new Set<string>();
      for (const step of steps) {
        const before = await runBefore(step.before, repository.path, env);
        try {
          for (const command of commandsOf(step)) {
            // The jobs of a matrix differ by machines, which are one here.
            if (done.has(written(command))) continue;
            done.add(written(command));
            const [part = '', ...rest] = command;
            const run = await runCli([part, ...economy(command), ...rest], {
              cwd: repository.path,
              env: { ...env, ...step.env },
            });
            expect(run.exitCode, written(command) + run.stdout + run.stderr).toBe(0);
          }
        } finally {
          before.end();
        }
      }
      expect(done.size).toBeGreaterThan(0);
    });

    it('passes as its workflow says, with the rights that it gives', async (context) => {
      const prepared = await prepare(name).catch((cause: Error) => cause);
      if (prepared instanceof Error) return context.skip(prepared.message);
      const reports = await runWorkflow(name, prepared);
      expect(reports.map(({ outputs }) => outputs['outcome'])).toEqual(reports.map(() => 'passed'));
      expect(reports.flatMap(({ orphanProcesses }) => orphanProcesses)).toEqual([]);
      const commented = reports.map(({ comments }) => comments.length);
      const denied = reports.map(({ api }) => api.denied);
      if (name === 'action-fork-safe') {
        // What the first may not, the second does.
        expect(commented).toEqual([0, 1]);
        expect(denied).toEqual([[expect.stringContaining('comments')], []]);
        return;
      }
      expect(denied.flat()).toEqual([]);
      // Nothing has changed: what was measured in turns is no news, and a baseline that is missing is.
      expect(commented.at(-1)).toBe({ 'action-http': 2, 'action-merge-base': 0 }[name] ?? 1);
    });
  });
});
