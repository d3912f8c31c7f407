/** Holds the packages that are published to publint and to "are the types wrong?", as packed; one after the other. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

let isClean = true;
for (const name of readdirSync(join(root, 'packages')).toSorted()) {
  const folder = `packages/${name}`;
  check('publint', [folder, '--strict']);
  // They are ES modules only; what CommonJS or the resolution of Node 10 make of them is told by `engines`.
  check('attw', ['--pack', folder, '--profile', 'esm-only', '--format', 'ascii', ...behindWildcard(folder)]);
}
process.exitCode = isClean ? 0 : 1;

function check(tool: string, args: readonly string[]): void {
  const { status, stdout, stderr, error } = spawnSync(tool, args, { cwd: root, encoding: 'utf8' });
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'}  ${tool} ${args[0] === '--pack' ? args[1] : args[0]}`);
  if (status === 0) return;
  isClean = false;
  console.log(error === undefined ? stdout + stderr : String(error));
}

/** The subpaths that `./*` of `exports` stands for, which no tool can guess. */
function behindWildcard(folder: string): readonly string[] {
  const { exports } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, unknown>>;
  };
  if (exports['./*'] === undefined) return [];
  const names = readdirSync(join(root, folder, 'src')).filter((name) =>
    existsSync(join(root, folder, 'src', name, 'index.ts')),
  );
  return ['--include-entrypoints', ...names];
}
