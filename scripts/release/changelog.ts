/**
 * CHANGELOG.md, in the form of Keep a Changelog: `release` gives what is unreleased the current version and today's date,
 * `notes VERSION` prints what a version says. It imports nothing that is not in Node.js.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { currentVersion } from './plan.ts';

const unreleased = '## [Unreleased]';

/**
 * @param date as 2026-01-31
 * @throws Error when there is no heading for what is unreleased, or the version has one already
 */
export function releaseSection(changelog: string, version: string, date: string): string {
  const lines = changelog.split('\n');
  const start = lines.indexOf(unreleased);
  if (start === -1) throw new Error(`CHANGELOG.md has no line "${unreleased}"`);
  if (lines.some((line) => line.startsWith(`## [${version}]`)))
    throw new Error(`CHANGELOG.md has a section ${version} already`);
  return lines.toSpliced(start + 1, 0, '', `## [${version}] - ${date}`).join('\n');
}

/**
 * What stands under the heading of a version.
 * @throws Error when there is none
 */
export function notesOf(changelog: string, version: string): string {
  const lines = changelog.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`## [${version}]`));
  if (start === -1) throw new Error(`CHANGELOG.md has no section ${version}`);
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith('## ['));
  return lines
    .slice(start + 1, length === -1 ? undefined : start + 1 + length)
    .join('\n')
    .trim();
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname, '../..');
  const file = resolve(root, 'CHANGELOG.md');
  const changelog = readFileSync(file, 'utf8');
  const [command, version] = process.argv.slice(2);
  if (command === 'release')
    writeFileSync(
      file,
      releaseSection(changelog, currentVersion(root), new Date().toISOString().slice(0, 10)),
    );
  else if (command === 'notes' && version !== undefined) console.log(notesOf(changelog, version));
  else throw new Error('changelog.ts release | notes VERSION');
}
