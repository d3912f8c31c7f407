import fc from 'fast-check';
import { linkSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Header } from 'tar';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../testing/folders.ts';
import { inspectArchive, packArchive, safePath, unpackArchive } from './archive.ts';
import { digestTree, oddNames } from './testing/service-tree.ts';
import { walkPart } from './walk.ts';

const newFolder = temporaryFolders();

interface HostileEntry {
  readonly path: string;
  readonly type?: 'File' | 'Directory' | 'SymbolicLink' | 'Link' | 'CharacterDevice' | 'BlockDevice' | 'FIFO';
  readonly linkpath?: string;
  readonly text?: string;
}

/** An archive as no program of ours would write it. */
function writeArchive(entries: readonly HostileEntry[]): string {
  const blocks = entries.flatMap(({ path, type = 'File', linkpath, text = '' }) => {
    const header = new Header({
      path,
      type,
      mode: 0o644,
      size: text.length,
      mtime: new Date(0),
      ...(linkpath === undefined ? {} : { linkpath }),
    });
    const block = Buffer.alloc(512);
    header.encode(block);
    const body = Buffer.alloc(Math.ceil(text.length / 512) * 512);
    body.write(text);
    return [block, body];
  });
  const file = join(newFolder(), 'archive.tar.gz');
  writeFileSync(file, gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)])));
  return file;
}

describe('a path in an archive', () => {
  it.each([
    ['./a/b', 'a/b'],
    ['a/', 'a'],
    ['./', '.'],
    ['./-rf', '-rf'],
    ['./a\nb', 'a\nb'],
    ['..', undefined],
    ['../../etc/passwd', undefined],
    ['a/../../b', undefined],
    ['/etc/passwd', undefined],
    ['a//b', undefined],
    ['a/./b', undefined],
    ['', undefined],
    ['a\0b', undefined],
  ])('%j is %j', (path, safe) => {
    expect(safePath(path)).toBe(safe);
  });

  it('never leads out of where it is unpacked', () => {
    const segment = fc.constantFrom('..', '.', '', 'a', '/', '\\', '\0', '...', '~');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(segment, { maxLength: 8 }).map((parts) => parts.join('/')),
        ),
        (path) => {
          const safe = safePath(path);
          if (safe === undefined || safe.includes('\0')) return;
          expect(`${resolve('/root', safe)}${sep}`.startsWith(`/root${sep}`)).toBe(true);
        },
      ),
    );
  });
});

describe('an archive', () => {
  it('gives back odd names, modes, empty directories and files with two names', async () => {
    const folder = newFolder();
    for (const name of oddNames) writeFileSync(join(folder, name), name);
    mkdirSync(join(folder, 'empty'), { mode: 0o700 });
    mkdirSync(join(folder, 'd', 'e'), { recursive: true });
    writeFileSync(join(folder, 'd', 'e', 'x'.repeat(150)), 'long', { mode: 0o600 });
    linkSync(join(folder, 'ä ö.json'), join(folder, 'd', 'again'));
    const file = join(newFolder(), 'a.tar.gz');
    const { entries } = await walkPart({ name: 'reports', kind: 'merge', root: folder });
    const extent = await packArchive(file, folder, entries);
    const into = join(newFolder(), 'new');
    await unpackArchive(file, into);
    expect(digestTree(into)).toEqual(digestTree(folder));
    expect(statSync(join(into, 'd', 'again')).nlink).toBe(1);
    expect(extent).toMatchObject({ files: oddNames.length + 2, directories: 4 });
  });

  it.each<[string, HostileEntry[], RegExp]>([
    ['a path that leads out', [{ path: '../../x', text: 'x' }], /outside of its place/],
    ['an absolute path', [{ path: '/tmp/x', text: 'x' }], /outside of its place/],
    ['a symbolic link', [{ path: 'x', type: 'SymbolicLink', linkpath: '/etc' }], /is a SymbolicLink/],
    ['a second name of a file outside', [{ path: 'x', type: 'Link', linkpath: '/etc/passwd' }], /is a Link/],
    ['a device', [{ path: 'x', type: 'CharacterDevice' }], /is a CharacterDevice/],
    ['a pipe', [{ path: 'x', type: 'FIFO' }], /is a FIFO/],
    [
      'a file in the place of one before',
      [
        { path: 'x', text: 'a' },
        { path: './x', text: 'b' },
      ],
      /in it twice/,
    ],
    ['a file in place of its root', [{ path: '.', text: 'x' }], /outside of its place/],
  ])('with %s is refused, and nothing is written elsewhere', async (_what, entries, message) => {
    const file = writeArchive([{ path: 'good.txt', text: 'good' }, ...entries]);
    await expect(inspectArchive(file)).rejects.toThrow(message);
    const outside = newFolder();
    await expect(unpackArchive(file, join(outside, 'a', 'b'))).rejects.toThrow(message);
    const written = Object.keys(digestTree(outside)).filter((name) => !['a', 'a/b'].includes(name));
    expect(written.every((name) => /^a\/b\/(good\.txt|x)$/.test(name))).toBe(true);
  });

  it('is read whole: one that is cut off or has a flipped byte is refused', async () => {
    const file = writeArchive(
      Array.from({ length: 50 }, (_, n) => ({ path: `f${n}`, text: `${n}`.repeat(700) })),
    );
    const bytes = readFileSync(file);
    for (const broken of [bytes.subarray(0, bytes.length / 2), flipped(bytes, bytes.length / 2)]) {
      const copy = join(newFolder(), 'broken.tar.gz');
      writeFileSync(copy, broken);
      await expect(inspectArchive(copy)).rejects.toMatchObject({ code: 'IO_READ' });
    }
  });

  it('is given up as soon as it holds more than it should', async () => {
    const file = writeArchive([{ path: 'bomb', text: '0'.repeat(1_000_000) }]);
    const most = { files: 1, directories: 1, unpackedBytes: 1000 };
    await expect(inspectArchive(file, most)).rejects.toThrow(/more than its manifest says/);
  });
});

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  const index = Math.floor(at);
  copy[index] = (copy[index] ?? 0) ^ 0xff;
  return copy;
}
