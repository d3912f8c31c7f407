/** The suites of an organisation, from their repository: only forward, only onto a clean tree, only what is valid. */
import { isHarnessError } from '@mcp-test-harness/core/errors';
import type * as Backup from '@mcp-test-harness/service/backup';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, sep } from 'node:path';
import { configSource } from '../load.ts';
import { done, stepFailed, stepSkipped, type MaintenanceContext, type StepResult } from './define.ts';

/** Nothing of a repository is carried out: neither its hooks nor its file system monitor. */
const harmless = [
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'protocol.ext.allow=never',
];

type Git = (...args: readonly string[]) => Promise<Backup.ProgramEnd>;

export async function updateSuites(context: MaintenanceContext): Promise<StepResult> {
  const { suitesDirectory, requireSigned, dryRun, io } = context;
  if (!existsSync(suitesDirectory)) return stepSkipped(`there is no ${suitesDirectory}`);
  const { runProgram } = await import('@mcp-test-harness/service/backup');
  const env = { ...io.env, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
  const git: Git = (...args) => runProgram('git', [...harmless, '-C', suitesDirectory, ...args], env);

  const top = await git('rev-parse', '--show-toplevel');
  if (top.exitCode === undefined) return stepSkipped('there is no git');
  if (top.exitCode !== 0) return stepSkipped(`${suitesDirectory} is in no repository`);
  const changed = await git('status', '--porcelain', '--untracked-files=normal');
  if (changed.exitCode !== 0) return stepFailed(reason(changed));
  if (changed.stdout !== '')
    return stepFailed(
      `${suitesDirectory} holds changes that are not committed`,
      'Commit them where suites are reviewed, or take them back: git status.',
    );
  const fetched = await git('fetch', '--quiet', '--no-tags');
  if (fetched.exitCode !== 0) return stepFailed(`cannot fetch: ${reason(fetched)}`);
  const upstream = await git('rev-parse', '--verify', '--quiet', '@{upstream}^{commit}');
  const head = await git('rev-parse', '--verify', 'HEAD^{commit}');
  if (upstream.exitCode !== 0 || head.exitCode !== 0)
    return stepFailed(
      'the branch follows none of another repository',
      'git branch --set-upstream-to origin/main',
    );
  const [from, to] = [head.stdout.trim(), upstream.stdout.trim()];
  if (from === to) return done(`suites are those of ${to.slice(0, 12)} already`);
  if ((await git('merge-base', '--is-ancestor', to, from)).exitCode === 0)
    return done(`suites are ahead of their repository, at ${from.slice(0, 12)}`);
  if ((await git('merge-base', '--is-ancestor', from, to)).exitCode !== 0)
    return stepFailed(
      `${from.slice(0, 12)} is no ancestor of ${to.slice(0, 12)}`,
      'The history was rewritten, or there are commits of this machine: look at it before you reset.',
    );
  if (requireSigned && (await git('verify-commit', to)).exitCode !== 0)
    return stepFailed(
      `${to.slice(0, 12)} has no signature that is good`,
      'Is the key of its author known to git?',
    );
  const fault = await validateCommit(context, git, top.stdout.trim(), to);
  if (fault !== undefined) return stepFailed(`the suites of ${to.slice(0, 12)} are not taken: ${fault}`);
  const what = `from ${from.slice(0, 12)} to ${to.slice(0, 12)}`;
  if (dryRun) return done(`suites would go ${what}`);
  const merged = await git('merge', '--ff-only', '--quiet', to);
  return merged.exitCode === 0
    ? done(`suites went ${what}; the service reads them after a reload`)
    : stepFailed(reason(merged));
}

/** Why the configuration would not be valid with the suites of that commit; undefined when it is. */
async function validateCommit(
  { settings, args, io }: MaintenanceContext,
  git: Git,
  top: string,
  commit: string,
): Promise<string | undefined> {
  const [{ placesOf, runProgram }, { loadService }] = await Promise.all([
    import('@mcp-test-harness/service/backup'),
    import('@mcp-test-harness/service/settings'),
  ]);
  const root = realpathSync(placesOf(settings).configRoot);
  const repository = realpathSync(top);
  const scratch = mkdtempSync(join(tmpdir(), 'mcp-test-harness-suites-'));
  try {
    // A copy of the tree, in which the repository is that commit's.
    const isInTree = isBelow(repository, root);
    const tree = join(scratch, basename(root) || 'root');
    if (isInTree) cpSync(root, tree, { recursive: true, filter: (path) => path !== repository });
    const copy = isInTree ? join(tree, relative(root, repository)) : join(scratch, 'repository');
    mkdirSync(copy, { recursive: true });
    const archive = join(scratch, 'commit.tar');
    const packed = await git('archive', '--format=tar', `--output=${archive}`, commit);
    if (packed.exitCode !== 0) return reason(packed);
    const unpacked = await runProgram('tar', ['-xf', archive, '-C', copy], io.env);
    if (unpacked.exitCode !== 0) return reason(unpacked);
    const file = realpathSync(settings.file);
    const moved = isInTree
      ? join(tree, relative(root, file))
      : isBelow(file, repository)
        ? join(copy, relative(repository, file))
        : file;
    await loadService({ ...configSource(args, io), file: moved });
    return undefined;
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    return error.message.replaceAll(scratch, dirname(root));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

function reason({ stderr, exitCode }: Backup.ProgramEnd): string {
  return stderr.trim().split('\n').at(-1) || `it ended with ${String(exitCode)}`;
}
