import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultInterleavedSettings } from '../interleaved.ts';
import { plainServer, planTools } from '../tool-plan.ts';
import type { SessionOptions } from '../../protocol/types.ts';
import { prepareBase, type BaseOptions, type BaseRequest } from './prepare-base.ts';

let repository = '';
const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-C', repository, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();

beforeAll(() => {
  repository = realpathSync(mkdtempSync(join(tmpdir(), 'mcp-base-')));
  git('init', '-q', '-b', 'main');
  mkdirSync(join(repository, 'dist'));
  writeFileSync(join(repository, 'dist/server.mjs'), 'old');
  git('add', '.');
  git('commit', '-q', '-m', 'old');
  git('checkout', '-q', '-b', 'change');
  writeFileSync(join(repository, 'dist/server.mjs'), 'new');
  git('commit', '-q', '-a', '-m', 'new');
});
afterAll(() => rmSync(repository, { recursive: true, force: true }));

const planOf = (session: SessionOptions) =>
  planTools(plainServer('server', session), [], { baseDir: repository, timeoutMs: 1000 });
const stdio = (): SessionOptions => ({
  transport: 'stdio',
  command: 'node',
  args: [join(repository, 'dist/server.mjs'), 'plain', '/elsewhere/data'],
});
const prepare = async (
  request: BaseRequest,
  over: Partial<BaseOptions> = {},
  session: SessionOptions = stdio(),
) => {
  const plan = planOf(session);
  const base = await prepareBase(plan, request, {
    settings: defaultInterleavedSettings,
    cwd: repository,
    env: process.env,
    signal: new AbortController().signal,
    ...over,
  });
  const [server] = plan.servers;
  if (server === undefined) throw new Error('a plan has a server');
  return { base, session: base.compare.baseOf(server).session };
};

describe('the base of a comparison', () => {
  it('is the server as it was at a commit: paths into the repository lead into the worktree, others stay', async () => {
    const { base, session } = await prepare({ kind: 'ref', ref: 'merge-base:main' });
    if ('url' in session) throw new Error('it is started by us');
    const [server = '', ...others] = session.args ?? [];
    expect(readFileSync(server, 'utf8')).toBe('old');
    expect(others).toEqual(['plain', '/elsewhere/data']);
    expect(base.commit).toBe(git('rev-parse', 'main'));
    expect(base.compare.base).toEqual({ label: 'merge-base:main', commit: base.commit });
    await base.release();
    expect(existsSync(server)).toBe(false);
    expect(git('worktree', 'list').split('\n')).toHaveLength(1);
  });

  it('is made ready by a line for the shell, told before, with what it prints', async () => {
    const told: string[] = [];
    const { base } = await prepare(
      { kind: 'ref', ref: 'main', setupCommand: 'cat dist/server.mjs && echo " is here"' },
      {
        onSetup: (command, { commit }) => told.push(`${command} at ${commit}\n`),
        onSetupOutput: (text) => told.push(text),
      },
    );
    await base.release();
    expect(told.join('')).toBe(
      `cat dist/server.mjs && echo " is here" at ${git('rev-parse', 'main')}\nold is here\n`,
    );
  });

  it.each<[string, BaseRequest, Partial<BaseOptions>, string, RegExp]>([
    [
      'a ref that is none',
      { kind: 'ref', ref: 'nowhere' },
      {},
      'USAGE',
      /^the ref to compare with nowhere: git/,
    ],
    [
      'a ref that is an option of git',
      { kind: 'ref', ref: '--help' },
      { names: { ref: 'compare', setupCommand: 'setup-command' } },
      'USAGE',
      /^compare --help: git knows no such commit/,
    ],
    [
      'a command that fails',
      { kind: 'ref', ref: 'main', setupCommand: 'echo no >&2; exit 7' },
      { names: { ref: 'compare', setupCommand: 'setup-command' } },
      'SCRIPT_FAILED',
      /^setup-command \(echo no >&2; exit 7\) ended with exit code 7/,
    ],
    [
      'an interruption',
      { kind: 'ref', ref: 'main', setupCommand: 'sleep 30' },
      { signal: AbortSignal.timeout(300) },
      'CANCELLED',
      /was interrupted$/,
    ],
    [
      'a command of nothing',
      { kind: 'command', commandLine: ' ' },
      {},
      'USAGE',
      /^the base names no command/,
    ],
  ])('is refused for %s, and nothing is left', async (_name, request, over, code, message) => {
    const failed = prepare(request, over);
    await expect(failed).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect(git('worktree', 'list').split('\n')).toHaveLength(1);
  });

  it('may be another command', async () => {
    const { session } = await prepare({ kind: 'command', commandLine: 'node "old server.mjs" --fast' });
    expect(session).toMatchObject({ command: 'node', args: ['old server.mjs', '--fast'] });
  });

  it('cannot be another version of a server that others have started', async () => {
    const url: SessionOptions = { transport: 'http', url: 'http://localhost:1/mcp' };
    await expect(prepare({ kind: 'command', commandLine: 'node x' }, {}, url)).rejects.toThrow(
      /is reached at http:\/\/localhost:1\/mcp and not started by us/,
    );
  });
});
