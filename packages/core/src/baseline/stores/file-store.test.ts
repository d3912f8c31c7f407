import { spawn } from 'node:child_process';
import fc from 'fast-check';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultRetention } from '../apply-event.ts';
import type { BaselineRun } from '../document-schema.ts';
import { makeRun } from '../testing/make-runs.ts';
import type { NewEvent } from './define.ts';
import { fileOperations, type FileOperations } from '../../files/index.ts';
import { FileStore } from './file-store.ts';

const made: string[] = [];
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-baseline-store-'));
  made.push(folder);
  return folder;
}
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

const open = (directory: string, more: Partial<ConstructorParameters<typeof FileStore>[0]> = {}): FileStore =>
  new FileStore({ directory, single: false, retention: defaultRetention, ...more });
const say = (event: NewEvent['event'], run: BaselineRun) => (): NewEvent => ({
  event,
  at: run.at,
  by: 'somebody',
  run,
});

/** A store in which one run is established and another recorded. */
async function filled(directory = newFolder()) {
  const store = open(directory);
  await store.change('core', say('established', makeRun()));
  await store.change('core', say('recorded', makeRun({ day: 1 })));
  return { store, directory, document: join(directory, 'core', 'baseline.json') };
}

describe('the file store', () => {
  it('keeps one document a suite, under its name', async () => {
    const { store, document } = await filled();
    expect(existsSync(document)).toBe(true);
    expect((await store.read('core'))?.history).toHaveLength(2);
    expect(await store.read('other')).toBeUndefined();
    expect(await store.suites()).toEqual(['core']);
    expect((await store.list()).map(({ suite, place }) => [suite, place])).toEqual([['core', document]]);
  });

  it('keeps what was approved before as a version, and only that', async () => {
    const { store, directory } = await filled();
    await store.change('core', say('recorded', makeRun({ day: 2 })));
    await store.change('core', say('approved', makeRun({ day: 3 })));
    await store.change('core', say('approved', makeRun({ day: 4 })));
    const versions = await store.versions('core');
    expect(versions.map(({ number, baseline }) => [number, baseline?.approved.run.commit])).toEqual([
      [1, 'c0'],
      [2, 'c3'],
    ]);
    expect((await store.read('core'))?.anchor.run.commit).toBe('c0');
    expect(readdirSync(join(directory, 'core')).toSorted()).toEqual([
      'baseline.1.json',
      'baseline.2.json',
      'baseline.json',
      'history.jsonl',
    ]);
  });

  it('sets a corrupt document aside, and the journal goes on', async () => {
    const { store, document } = await filled();
    writeFileSync(document, '{');
    expect(await store.setAside('core')).toBe(`${document}.corrupt`);
    expect(readFileSync(`${document}.corrupt`, 'utf8')).toBe('{');
    expect(await store.setAside('core')).toBeUndefined();
    await store.change('core', say('established', makeRun({ day: 2 })));
    expect((await store.events('core')).map(({ event }) => event)).toEqual([
      'established',
      'recorded',
      'established',
    ]);
  });

  it('forgets runs by count and by age, and never what is approved', async () => {
    const directory = newFolder();
    const store = open(directory, { retention: { runs: 20, days: 30 } });
    await store.change('core', say('established', makeRun()));
    for (let day = 1; day <= 25; day += 1) await store.change('core', say('recorded', makeRun({ day })));
    expect((await store.read('core'))?.history.map(({ commit }) => commit)).toEqual(
      Array.from({ length: 20 }, (_, n) => `c${n + 6}`),
    );
    const later = await store.change('core', say('recorded', makeRun({ day: 50 })));
    expect(later?.history.map(({ commit }) => commit)).toEqual([
      'c20',
      'c21',
      'c22',
      'c23',
      'c24',
      'c25',
      'c50',
    ]);
    expect(later?.approved.run.commit).toBe('c0');
  });

  it('does not let its journal grow without end', async () => {
    const store = open(newFolder(), { retention: { runs: 20, days: 365 } });
    await store.change('core', say('established', makeRun()));
    for (let day = 1; day <= 70; day += 1) await store.change('core', say('recorded', makeRun({ day })));
    expect((await store.events('core')).length).toBeLessThanOrEqual(45);
    const before = await store.read('core');
    expect((await store.rebuild('core')).baseline).toEqual(before);
  });

  it('rebuilds a corrupt document from its journal, equal to the last bit', async () => {
    const { store, document } = await filled();
    await store.change('core', say('approved', makeRun({ day: 2 })));
    const before = readFileSync(document, 'utf8');
    writeFileSync(document, before.slice(0, 500));
    await expect(store.read('core')).rejects.toMatchObject({ code: 'IO_READ', location: { file: document } });
    await expect(store.change('core', say('recorded', makeRun({ day: 3 })))).rejects.toMatchObject({
      code: 'IO_READ',
    });
    expect(await store.rebuild('core')).toMatchObject({ from: 'history.jsonl', events: 3, faultyLines: [] });
    expect(readFileSync(document, 'utf8')).toBe(before);
  });

  it('rebuilds from the newest version when the journal is lost too, or says that it cannot', async () => {
    const { store, directory, document } = await filled();
    await store.change('core', say('approved', makeRun({ day: 2 })));
    rmSync(join(directory, 'core', 'history.jsonl'));
    writeFileSync(document, '{');
    expect(await store.rebuild('core')).toMatchObject({
      from: 'baseline.1.json',
      baseline: { approved: { run: { commit: 'c0' } } },
    });
    rmSync(join(directory, 'core', 'baseline.1.json'));
    rmSync(document);
    await expect(store.rebuild('core')).rejects.toMatchObject({ code: 'IO_READ' });
  });

  it.each([
    '../../outside',
    'a/b',
    '..',
    '.',
    'C:\\x',
    'nul',
    'Ünïcode 測試',
    ' spaces ',
    'x'.repeat(400),
    '%2e%2e',
  ])('keeps a suite called %j inside of its directory, apart from others', async (suite) => {
    const directory = newFolder();
    const store = open(join(directory, 'inner'));
    await store.change(suite, say('established', makeRun()));
    await store.change(`${suite}x`, say('established', makeRun({ day: 1 })));
    expect(readdirSync(directory)).toEqual(['inner']);
    expect(readdirSync(join(directory, 'inner'))).toHaveLength(2);
    expect((await store.read(suite))?.suite).toBe(suite);
  });

  it('refuses the document of another suite', async () => {
    const { store, directory, document } = await filled();
    mkdirSync(join(directory, 'other'));
    writeFileSync(join(directory, 'other', 'baseline.json'), readFileSync(document));
    await expect(store.read('other')).rejects.toThrow(/is the baseline of suite "core", not of "other"/);
  });

  it('ends with IO_WRITE where nothing can be written', async () => {
    const directory = newFolder();
    writeFileSync(join(directory, 'file'), '');
    await expect(open(join(directory, 'file')).probe('core')).rejects.toMatchObject({ code: 'IO_WRITE' });
    await expect(
      open(join(directory, 'file')).change('core', say('established', makeRun())),
    ).rejects.toMatchObject({ code: 'IO_WRITE' });
  });

  it.skipIf(process.getuid?.() === 0)(
    'ends with IO_WRITE in a directory that may not be written',
    async () => {
      const directory = newFolder();
      chmodSync(directory, 0o500);
      await expect(open(directory).probe('core')).rejects.toMatchObject({ code: 'IO_WRITE' });
    },
  );

  it('writes one after the other when many write at once', async () => {
    const { directory } = await filled();
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        open(directory).change('core', say('recorded', makeRun({ day: 2 + index }))),
      ),
    );
    expect((await open(directory).read('core'))?.history).toHaveLength(14);
  });
});

describe('a lock', () => {
  const lockOf = (directory: string) => join(directory, 'core', '.baseline.lock');
  const holder = (pid: number, host = hostname()) =>
    `${JSON.stringify({ token: 'x', pid, host, since: '2026-01-01T00:00:00Z' })}\n`;

  it('of a process that has died is broken', async () => {
    const { directory } = await filled();
    const child = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => child.once('close', resolve));
    writeFileSync(lockOf(directory), holder(child.pid ?? 0));
    const changed = await open(directory).change('core', say('recorded', makeRun({ day: 2 })));
    expect(changed?.history).toHaveLength(3);
    expect(existsSync(lockOf(directory))).toBe(false);
  });

  it('of an earlier process with our number is broken', async () => {
    const { directory } = await filled();
    writeFileSync(lockOf(directory), holder(process.pid));
    await expect(open(directory).change('core', say('recorded', makeRun({ day: 2 })))).resolves.toBeDefined();
  });

  it.each([
    ['that lives', holder(process.ppid), new RegExp(`process ${process.ppid} on `)],
    ['of another machine', holder(1, 'elsewhere'), /process 1 on elsewhere/],
  ])('of a process %s is kept, and the message names it', async (_name, text, message) => {
    const { directory } = await filled();
    writeFileSync(lockOf(directory), text);
    const store = open(directory, { lock: { patienceMs: 60, pollMs: 5 } });
    const error: unknown = await store
      .change('core', say('recorded', makeRun()))
      .catch((fault: unknown) => fault);
    expect(error).toMatchObject({ code: 'IO_WRITE' });
    expect((error as Error).message).toMatch(message);
    expect(readFileSync(lockOf(directory), 'utf8')).toBe(text);
  });

  it('that stays half written is of a process that died while writing it', async () => {
    const { directory } = await filled();
    writeFileSync(lockOf(directory), '{"pid":');
    const store = open(directory, { lock: { patienceMs: 60, pollMs: 5 } });
    await expect(store.change('core', say('recorded', makeRun({ day: 2 })))).resolves.toBeDefined();
  });
});

/** File operations of a process that dies at one of its steps; a write may have got half way. */
function dyingAt(step: number): { readonly files: FileOperations; readonly died: () => boolean } {
  let taken = 0;
  const die = (): never => {
    throw Object.assign(new Error('the process died here'), { code: 'EDIED' });
  };
  const wrap =
    <Args extends readonly unknown[], T>(
      run: (...args: Args) => Promise<T>,
      half?: (...args: Args) => Promise<unknown>,
    ) =>
    async (...args: Args): Promise<T> => {
      taken += 1;
      if (taken < step) return await run(...args);
      if (taken === step) await half?.(...args);
      return die();
    };
  const halved =
    (write: (path: string, text: string) => Promise<void>) =>
    (path: string, text: string): Promise<void> =>
      write(path, text.slice(0, text.length / 2));
  return {
    died: () => taken >= step,
    files: {
      makeDirectory: wrap(fileOperations.makeDirectory),
      read: fileOperations.read,
      size: fileOperations.size,
      list: fileOperations.list,
      write: wrap(fileOperations.write, halved(fileOperations.write)),
      append: wrap(fileOperations.append, halved(fileOperations.append)),
      createExclusively: wrap(fileOperations.createExclusively),
      truncate: wrap(fileOperations.truncate),
      rename: wrap(fileOperations.rename),
      remove: wrap(fileOperations.remove),
      syncDirectory: wrap(fileOperations.syncDirectory),
    },
  };
}

describe('a crash at any step of a write', () => {
  it('leaves the old document or the new one, and the next write goes on from there', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 16 }),
        fc.constantFrom<NewEvent['event']>('recorded', 'approved', 'established'),
        async (step, event) => {
          const { store, directory, document } = await filled();
          const old = readFileSync(document, 'utf8');
          const head = makeRun({ day: 2 });
          const { files, died } = dyingAt(step);
          const outcome = await open(directory, { files })
            .change('core', say(event, head))
            .then(
              (baseline) => baseline,
              () => undefined,
            );
          const now = await store.read('core');
          if (readFileSync(document, 'utf8') !== old) expect(now?.history.at(-1)?.id).toBe(head.id);
          if (!died()) expect(now).toEqual(outcome);
          // Who comes next finds the lock of a dead process, and everything else in order.
          const next = await open(directory).change('core', say('recorded', makeRun({ day: 3 })));
          expect(next?.history.length).toBeGreaterThanOrEqual(3);
          expect((await open(directory).rebuild('core')).baseline).toEqual(next);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('that leaves no space keeps the journal as it was', async () => {
    const { directory, document } = await filled();
    const journal = join(directory, 'core', 'history.jsonl');
    const [old, lines] = [readFileSync(document, 'utf8'), readFileSync(journal, 'utf8')];
    const full: FileOperations = {
      ...fileOperations,
      append: async (path, text) => {
        await fileOperations.append(path, text.slice(0, 10));
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      },
    };
    const failed = open(directory, { files: full }).change('core', say('recorded', makeRun({ day: 2 })));
    await expect(failed).rejects.toMatchObject({ code: 'IO_WRITE' });
    expect(readFileSync(document, 'utf8')).toBe(old);
    expect(readFileSync(journal, 'utf8')).toBe(lines);
  });
});
