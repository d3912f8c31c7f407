/**
 * Publishes the tarballs of a folder that the registry does not have yet, so that a release which failed half-way can be
 * run again. What is published are the very bytes that were attested. It imports nothing that is not in Node.js.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * @param folder with the tarballs; in the order of their names, core comes before what depends on it
 * @param npm the program
 * @returns what was published and what was there, as `name@version`
 */
export function publishAll(
  folder: string,
  npm = 'npm',
): { readonly published: readonly string[]; readonly present: readonly string[] } {
  const published: string[] = [];
  const present: string[] = [];
  const tarballs = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  if (tarballs.length === 0) throw new Error(`there is no tarball in ${folder}`);
  for (const tarball of tarballs.toSorted()) {
    const file = resolve(folder, tarball);
    const identity = identityOf(file);
    if (isPublished(identity, npm)) present.push(identity);
    else {
      execFileSync(npm, ['publish', file, '--access', 'public', '--provenance'], { stdio: 'inherit' });
      published.push(identity);
    }
  }
  return { published, present };
}

function identityOf(tarball: string): string {
  const manifest = execFileSync('tar', ['-xzOf', tarball, join('package', 'package.json')], {
    encoding: 'utf8',
  });
  const { name, version } = JSON.parse(manifest) as { name: string; version: string };
  return `${name}@${version}`;
}

/** @throws Error when the registry does not answer: that says nothing of what it has. */
function isPublished(identity: string, npm: string): boolean {
  const { status, stdout } = spawnSync(npm, ['view', identity, 'version', '--json'], { encoding: 'utf8' });
  if (status === 0) return stdout.trim() !== '';
  if (stdout.includes('E404')) return false;
  throw new Error(`npm view ${identity} ended with ${status}: ${stdout}`);
}

if (import.meta.main) {
  const { published, present } = publishAll(resolve(process.argv[2] ?? 'release'));
  for (const identity of present) console.log(`${identity} is there already`);
  for (const identity of published) console.log(`published ${identity}`);
}
