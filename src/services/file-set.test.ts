import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileSetError, readFolder, removeFolder, writeFolder } from './file-set.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mcp-test-harness-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const files = new Map([
  ['a.json', Buffer.from('{}')],
  ['b/c.html', Buffer.from('<h1>')],
]);

describe('files of a folder', () => {
  it('come back as they were written, and nothing else stays there', async () => {
    const folder = join(root, 'some/where');
    await writeFolder(folder, new Map([['old', Buffer.from('')]]));
    await writeFolder(folder, files);
    expect(await readFolder(folder)).toEqual(files);
  });

  it('are none when there is no folder', async () => {
    expect(await readFolder(join(root, 'nowhere'))).toEqual(new Map());
  });

  it('are not written where a name leads out of it', async () => {
    await expect(writeFolder(join(root, 'a'), new Map([['../b', Buffer.from('')]]))).rejects.toThrow(
      FileSetError,
    );
    expect(readdirSync(root)).toEqual(['a']);
  });

  it('are plain files: no link is followed', async () => {
    const secret = join(root, 'secret');
    writeFileSync(secret, 'secret');
    const folder = join(root, 'folder');
    await writeFolder(folder, files);
    symlinkSync(secret, join(folder, 'link'));
    await expect(readFolder(folder)).rejects.toThrow('"link" is not a plain file');
    symlinkSync(folder, join(root, 'other'));
    await expect(readFolder(join(root, 'other'))).rejects.toThrow('it is not a folder');
    await removeFolder(join(root, 'other'));
    expect(readdirSync(root).sort()).toEqual(['folder', 'secret']);
  });

  it.each([
    ['too many', { files: 1, fileBytes: 100, totalBytes: 100 }],
    ['one too large', { files: 10, fileBytes: 3, totalBytes: 100 }],
    ['all too large', { files: 10, fileBytes: 100, totalBytes: 5 }],
  ])('are read within limits: %s', async (_name, limits) => {
    const folder = join(root, 'folder');
    await writeFolder(folder, files);
    await expect(readFolder(folder, limits)).rejects.toThrow(FileSetError);
  });
});
