/**
 * What a push to main means for releases, as `name=value` lines for GITHUB_OUTPUT. It runs before anything is installed, so
 * it imports nothing that is not in Node.js.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** - version: changesets wait; publish: this version is not released yet; none: it is. */
export type ReleaseMode = 'version' | 'publish' | 'none';

export interface ReleasePlan {
  readonly mode: ReleaseMode;
  readonly version: string;
  /** Of this version, `v1.2.3`. */
  readonly tag: string;
  /** What `uses:` names, and what moves to the newest version of its major: `v1`. */
  readonly movingTag: string;
}

/**
 * @param changesets names of the files in `.changeset`
 * @param version of the packages, which all have the same
 * @param tags of the repository
 */
export function planRelease(
  changesets: readonly string[],
  version: string,
  tags: readonly string[],
): ReleasePlan {
  const tag = `v${version}`;
  const movingTag = `v${version.split('.')[0]}`;
  const isWaiting = changesets.some((name) => name.endsWith('.md') && name !== 'README.md');
  const mode = isWaiting ? 'version' : tags.includes(tag) ? 'none' : 'publish';
  return { mode, version, tag, movingTag };
}

/** The version that all packages have. */
export function currentVersion(root: string): string {
  const { version } = JSON.parse(readFileSync(resolve(root, 'packages/cli/package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname, '../..');
  const { mode, version, tag, movingTag } = planRelease(
    readdirSync(resolve(root, '.changeset')),
    currentVersion(root),
    execFileSync('git', ['tag', '--list'], { cwd: root, encoding: 'utf8' }).split('\n'),
  );
  console.log(`mode=${mode}\nversion=${version}\ntag=${tag}\nmoving-tag=${movingTag}`);
}
