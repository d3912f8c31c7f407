import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonValue } from '../json.ts';
import { createSnapshotStore } from './snapshots.ts';
import type { SnapshotStoreOptions } from './snapshots.ts';
import { judge, messagesOf, subjectOf, testContext, textSubject } from './testing/judge.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'snapshots-'));
});
afterEach(() => rm(dir, { recursive: true }));

const open = (options: Partial<SnapshotStoreOptions> = {}) =>
  createSnapshotStore({ dir, update: false, ci: false, ...options });
const fileOf = (suite: string) => join(dir, '__snapshots__', `${suite}.yaml`);

describe('an expectation of a snapshot', () => {
  const expected = {
    snapshot: {
      ignore: ['$.result._meta', 'content[*].id'],
      replace: [{ pattern: '\\d{2}:\\d{2}', with: 'HH:MM' }],
    },
  };
  const answer = (time: string, text = 'two\nlines') =>
    subjectOf({ content: [{ type: 'text', text: `${text} at ${time}`, id: time }], _meta: { time } });

  it('is stored by an update, holds afterwards, and fails with a diff when the answer changes', async () => {
    const update = { ...testContext, snapshots: open({ update: true }) };
    expect(await judge(expected, answer('10:20'), { context: update })).toEqual([]);
    expect(await readFile(fileOf('suite'), 'utf8')).toMatchInlineSnapshot(`
      "# Snapshots of the suite "suite", written by --update-snapshots.
      # Review a change here as you review code.

      test:
        result:
          content:
            - text: |-
                two
                lines at HH:MM
              type: text
      "
    `);

    const context = { ...testContext, snapshots: open() };
    expect(await judge(expected, answer('23:59'), { context })).toEqual([]);
    const [failure] = await judge(expected, answer('23:59', 'three\nlines'), { context });
    expect(failure?.message).toBe(
      `expected the answer to equal the snapshot "test" in ${fileOf('suite')}, but they differ first at result.content[0].text: "two\\nlines at HH:MM" was stored, "three\\nlines at HH:MM" came; if the new answer is right, run with --update-snapshots`,
    );
    expect(failure?.diff).toContain('-        "text": "two\\nlines at HH:MM"');
    expect(failure).toMatchObject({ key: 'the answer', type: 'snapshot', configKey: 'expected.snapshot' });
  });

  it('that is missing fails and says how to write it', async () => {
    const context = { ...testContext, step: 'second', snapshots: open() };
    expect(await messagesOf({ snapshot: true }, textSubject('a'), { context })).toEqual([
      `there is no snapshot "test > second" in ${fileOf('suite')}; write it with --update-snapshots (not in CI) and commit the file`,
    ]);
  });

  it('is never written in CI', async () => {
    const context = { ...testContext, snapshots: open({ update: true, ci: true }) };
    expect(await judge({ snapshot: true }, textSubject('a'), { context })).toHaveLength(1);
    await expect(readdir(dir)).resolves.toEqual([]);
  });

  it('is not written when another expectation failed', async () => {
    const context = { ...testContext, snapshots: open({ update: true }) };
    expect(await judge({ snapshot: true, text: 'b' }, textSubject('a'), { context })).toHaveLength(1);
    expect(await judge({ snapshot: true }, textSubject('no', { isError: true }), { context })).toHaveLength(
      1,
    );
    await expect(readdir(dir)).resolves.toEqual([]);
  });

  it('keeps an error that was asked for', async () => {
    const context = { ...testContext, snapshots: open({ update: true }) };
    const subject = subjectOf(undefined, { code: -1, message: 'no' });
    expect(await judge({ snapshot: true, error: {} }, subject, { context })).toEqual([]);
    expect(await open().read('suite', 'test')).toEqual({ error: { code: -1, message: 'no' } });
  });

  it('snapshot: false expects nothing', async () => {
    expect(await judge({ snapshot: false }, textSubject('a'))).toEqual([]);
  });
});

describe('the store', () => {
  it('gives any JSON back as it was', async () => {
    const wellFormed = fc
      .jsonValue()
      .map((value) => JSON.parse(JSON.stringify(value).toWellFormed()) as JsonValue);
    const keys = fc.uniqueArray(
      fc.string().map((key) => key.toWellFormed()),
      { maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(keys, wellFormed, async (names, value) => {
        const store = open({ update: true });
        await Promise.all(names.map((name) => store.write('any', name, value)));
        const again = open();
        for (const name of names) expect(await again.read('any', name)).toEqual(value);
      }),
      { numRuns: 60 },
    );
  });

  it('saves concurrent writes of one run completely', async () => {
    const store = open({ update: true });
    await Promise.all(Array.from({ length: 200 }, (_, index) => store.write('many', `test ${index}`, index)));
    const again = open();
    for (let index = 0; index < 200; index += 1)
      expect(await again.read('many', `test ${index}`)).toBe(index);
    expect(await readdir(join(dir, '__snapshots__'))).toEqual(['many.yaml']);
    expect((await store.finish([])).written).toBe(200);
  });

  it('does not change the file when only the order of members or tests does', async () => {
    const one = open({ update: true });
    await one.write('s', 'b', { x: 1, y: { p: 1, q: 2 } });
    await one.write('s', 'a', 1);
    const before = await readFile(fileOf('s'), 'utf8');
    await rm(fileOf('s'));
    const two = open({ update: true });
    await two.write('s', 'a', 1);
    await two.write('s', 'b', { y: { q: 2, p: 1 }, x: 1 });
    expect(await readFile(fileOf('s'), 'utf8')).toBe(before);
  });

  it('reports what no test asked for, and removes it only when updating', async () => {
    const first = open({ update: true });
    for (const key of ['kept', 'gone']) await first.write('s', key, 1);
    await first.write('other', 'unseen', 1);

    const check = open();
    await check.read('s', 'kept');
    expect(await check.finish(['s'])).toEqual({
      written: 0,
      obsolete: [{ suite: 's', key: 'gone' }],
      removed: false,
    });
    expect(await open().read('s', 'gone')).toBe(1);

    const update = open({ update: true });
    await update.read('s', 'kept');
    expect(await update.finish(['s'])).toMatchObject({ removed: true });
    expect(await open().read('s', 'gone')).toBeUndefined();
    expect(await open().read('other', 'unseen')).toBe(1);
  });

  it('removes a file that is left without snapshots', async () => {
    await open({ update: true }).write('s', 'gone', 1);
    await open({ update: true }).finish(['s']);
    expect(await readdir(join(dir, '__snapshots__'))).toEqual([]);
  });

  it('keeps the files of suites with odd names apart and inside its directory', async () => {
    const store = open({ update: true });
    const names = ['a/b', 'a:b', '../../escape', '..', 'ä', ''];
    for (const name of names) await store.write(name, 'k', name);
    const again = open();
    for (const name of names) expect(await again.read(name, 'k')).toBe(name);
    expect(await readdir(dir)).toEqual(['__snapshots__']);
    expect(await readdir(join(dir, '__snapshots__'))).toHaveLength(names.length);
  });

  it('says which file cannot be read', async () => {
    await mkdir(join(dir, '__snapshots__'));
    await writeFile(fileOf('s'), 'a: [');
    await expect(open().read('s', 'k')).rejects.toMatchObject({
      code: 'IO_READ',
      message: expect.stringContaining(fileOf('s')),
    });
    await writeFile(fileOf('t'), '- a list');
    await expect(open().read('t', 'k')).rejects.toMatchObject({ code: 'IO_READ' });
  });
});
