import { renameSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../testing/folders.ts';
import { openAuditLog, readAuditEntries } from './index.ts';

const newFolder = temporaryFolders();
const file = join(newFolder(), 'audit.log');

/** A log with 40 entries of ours and more of its own, in several parts. */
beforeAll(async () => {
  const log = await openAuditLog({ file, key: Buffer.alloc(32, 1), maxBytes: 2000 });
  // Five at once are written at once.
  for (let first = 1; first <= 40; first += 5) {
    await Promise.all(
      Array.from({ length: 5 }, async (_, index) => {
        const target = `run ${first + index}`;
        await log.append({ action: 'test:run', outcome: 'succeeded', actor: { via: 'api-key' }, target });
      }),
    );
  }
});

async function pageThrough(limit: number): Promise<readonly number[]> {
  const seen: number[] = [];
  let before: number | undefined;
  for (;;) {
    const page = await readAuditEntries({ file, limit, before });
    if (page.length === 0) return seen;
    seen.push(...page.map(({ seq }) => seq));
    before = page.at(-1)?.seq;
  }
}

describe('the entries of an audit log', () => {
  it('are read newest first, without what signs them', async () => {
    const [newest, next] = await readAuditEntries({ file, limit: 2 });
    expect(newest).toMatchObject({ action: 'test:run', target: 'run 40', actor: { via: 'api-key' } });
    expect(next).toMatchObject({ target: 'run 39' });
    expect(newest).not.toHaveProperty('mac');
  });

  it.each([3, 7, 1000])('can be paged through over all parts, each once, %i at a time', async (limit) => {
    const seen = await pageThrough(limit);
    expect(seen.length).toBeGreaterThan(40);
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => seen.length - index));
  });

  it('are found in packed parts too', async () => {
    const before = await pageThrough(10);
    const rotated = `${file}-20261126`;
    renameSync(file, rotated);
    writeFileSync(`${rotated}.gz`, gzipSync(readFileSync(rotated)));
    rmSync(rotated);
    expect(await pageThrough(10)).toEqual(before);
  });

  it('are none of what is no entry', async () => {
    const other = join(newFolder(), 'audit.log');
    writeFileSync(other, 'no entry\n{"seq":1}\n');
    expect(await readAuditEntries({ file: other, limit: 5 })).toEqual([]);
  });
});
