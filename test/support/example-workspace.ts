/** An example as a repository of its own, as a runner checks it out. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

export interface ExampleRepository {
  readonly path: string;
  /** Commit of `main`. */
  readonly baseSha: string;
  /** Commit of the branch that is checked out. */
  readonly headSha: string;
}

/**
 * Copies an example to a new folder, commits it as `main`, and checks out a branch with one more commit.
 * @param modules the node_modules that its packages are found in
 */
export function createExampleRepository(
  name: string,
  modules = join(root, 'node_modules'),
): ExampleRepository {
  const path = mkdtempSync(join(tmpdir(), `example-${name}-`));
  cpSync(join(root, 'examples', name), path, {
    recursive: true,
    filter: (file) => !/[\\/](node_modules|dist)$/.test(file),
  });
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=Example', '-c', 'user.email=example@example.com', ...args], {
      cwd: path,
      encoding: 'utf8',
    }).trim();
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message=As it was');
  const baseSha = git('rev-parse', 'HEAD');
  git('switch', '--quiet', '--create=change');
  git('commit', '--quiet', '--allow-empty', '--message=A change');
  const headSha = git('rev-parse', 'HEAD');
  if (existsSync(join(path, 'package.json'))) symlinkSync(modules, join(path, 'node_modules'));
  return { path, baseSha, headSha };
}
