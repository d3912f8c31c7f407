import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/support/folders.ts';
import { notesOf, releaseSection } from './changelog.ts';
import { currentVersion, planRelease } from './plan.ts';
import { publishAll } from './publish.ts';

const folderWith = temporaryFolders();
const root = resolve(import.meta.dirname, '../..');

describe('what a push to main means', () => {
  it.each([
    ['changesets wait', ['config.json', 'README.md', 'an-addition.md'], ['v1.2.2'], 'version'],
    ['nothing waits and the version is new', ['config.json', 'README.md'], ['v1.2.2', 'v1'], 'publish'],
    ['nothing waits and the version is out', ['config.json'], ['v1.2.3', 'v1'], 'none'],
    ['the version is out and more waits', ['config.json', 'a-fix.md'], ['v1.2.3'], 'version'],
  ] as const)('%s', (_, changesets, tags, mode) => {
    expect(planRelease(changesets, '1.2.3', tags)).toEqual({
      mode,
      version: '1.2.3',
      tag: 'v1.2.3',
      movingTag: 'v1',
    });
  });
});

describe('CHANGELOG.md', () => {
  const changelog =
    '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n\n## [1.0.0] - 2026-01-31\n\n- First.\n';

  it('gives what is unreleased its version and date, and leaves the heading for what comes', () => {
    expect(releaseSection(changelog, '1.1.0', '2026-02-28')).toBe(
      '# Changelog\n\n## [Unreleased]\n\n## [1.1.0] - 2026-02-28\n\n### Added\n\n- A thing.\n\n## [1.0.0] - 2026-01-31\n\n- First.\n',
    );
  });

  it('tells what a version brought', () => {
    expect(notesOf(releaseSection(changelog, '1.1.0', '2026-02-28'), '1.1.0')).toBe(
      '### Added\n\n- A thing.',
    );
    expect(notesOf(changelog, '1.0.0')).toBe('- First.');
  });

  it('refuses what would be wrong', () => {
    expect(() => releaseSection(changelog, '1.0.0', '2026-02-28')).toThrow('has a section 1.0.0 already');
    expect(() => releaseSection('# Changelog\n', '1.0.0', '2026-02-28')).toThrow('no line');
    expect(() => notesOf(changelog, '9.9.9')).toThrow('no section 9.9.9');
  });

  it('of this repository can be released', () => {
    const text = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
    expect(releaseSection(text, '999.0.0', '2026-01-31')).toContain('## [999.0.0] - 2026-01-31');
    expect(currentVersion(root)).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe('publishing', () => {
  /** A folder of tarballs, and a program in the place of npm whose registry has the package named `there`. */
  function release(...names: readonly string[]): {
    readonly tarballs: string;
    readonly npm: string;
    readonly log: () => readonly string[];
  } {
    const folder = folderWith({
      npm: [
        '#!/usr/bin/env node',
        "const { appendFileSync } = require('node:fs');",
        'const args = process.argv.slice(2);',
        "appendFileSync(__dirname + '/log', args.join(' ') + '\\n');",
        "const has = args[0] === 'view' && args[1].startsWith('there@');",
        `if (has) console.log('"1.0.0"');`,
        "if (args[0] === 'view' && args[1].startsWith('down@')) console.log('E500'), process.exit(1);",
        "if (args[0] === 'view' && !has) console.log(JSON.stringify({ error: { code: 'E404' } })), process.exit(1);",
      ].join('\n'),
      log: '',
    });
    chmodSync(join(folder, 'npm'), 0o755);
    const tarballs = join(folder, 'release');
    mkdirSync(tarballs);
    for (const name of names) {
      const source = folderWith({ 'package/package.json': { name, version: '1.0.0' } });
      execFileSync('tar', ['-czf', join(tarballs, `${name}-1.0.0.tgz`), '-C', source, 'package']);
    }
    const log = (): readonly string[] => readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');
    return { tarballs, npm: join(folder, 'npm'), log };
  }

  it('publishes the tarballs that the registry does not have, with provenance', () => {
    const { tarballs, npm, log } = release('there', 'fresh');
    expect(publishAll(tarballs, npm)).toEqual({ published: ['fresh@1.0.0'], present: ['there@1.0.0'] });
    const published = log().filter((line) => line.startsWith('publish '));
    expect(published).toEqual([`publish ${tarballs}/fresh-1.0.0.tgz --access public --provenance`]);
  });

  it('publishes nothing when the registry does not say what it has, or there is nothing', () => {
    const { tarballs, npm, log } = release('down');
    expect(() => publishAll(tarballs, npm)).toThrow('npm view down@1.0.0 ended with 1');
    expect(log().filter((line) => line.startsWith('publish '))).toEqual([]);
    expect(() => publishAll(release().tarballs, npm)).toThrow('no tarball');
  });
});
