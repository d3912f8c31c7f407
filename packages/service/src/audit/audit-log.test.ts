import { HarnessError } from '@mcp-test-harness/core/errors';
import fc from 'fast-check';
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolders } from '../testing/folders.ts';
import { openAuditLog, type AuditLogOptions } from './audit-log.ts';
import { audited } from './audited.ts';
import type { AuditEvent } from './event.ts';
import { auditFiles, findParts, headOf, type AuditFiles } from './files.ts';
import { createAuditKey, loadAuditKey } from './key.ts';
import { verifyAuditLog, type VerifyOptions } from './verify.ts';
import { verifyWholeLog } from './verify-log.ts';

const newFolder = temporaryFolders();
const key = Buffer.alloc(32, 7);
const event = (more: Partial<AuditEvent> = {}): AuditEvent => ({
  action: 'test:run',
  outcome: 'succeeded',
  actor: { username: 'ci', role: 'operator', via: 'api-key', keyId: 'abcd1234', certificate: 'CN=ci' },
  target: 'core',
  ...more,
});
const open = (file: string, more: Partial<AuditLogOptions> = {}) => openAuditLog({ file, key, ...more });
const newLog = (): string => join(newFolder(), 'audit.log');
const linesIn = (file: string): readonly string[] => readFileSync(file, 'latin1').trimEnd().split('\n');
const verify = async (file: string, more: Partial<VerifyOptions> = {}) =>
  await verifyAuditLog({ files: await findParts(file), key, headFile: headOf(file), ...more });

/** A log of several parts: its first line is 1, and each part holds a few entries. */
async function writtenLog(count: number, maxBytes = Number.MAX_SAFE_INTEGER): Promise<string> {
  const file = newLog();
  const log = await open(file, { maxBytes });
  for (let index = 0; index < count; index += 1) await log.append(event({ target: `suite-${index}` }));
  return file;
}

/** The files of a process that dies at its n-th change of one. */
function dyingAfter(steps: number, effect: 'none' | 'half' | 'whole'): AuditFiles {
  let left = steps;
  const dying =
    <Args extends readonly unknown[], Result>(
      change: (...args: Args) => Promise<Result>,
      half: (...args: Args) => Promise<unknown>,
    ) =>
    async (...args: Args): Promise<Result> => {
      left -= 1;
      if (left >= 0) return await change(...args);
      if (left === -1 && effect === 'whole') await change(...args);
      if (left === -1 && effect === 'half') await half(...args);
      throw new Error('the process is dead');
    };
  const nothing = async (): Promise<void> => undefined;
  return {
    ...auditFiles,
    append: dying(auditFiles.append, (file, text, atBytes) =>
      auditFiles.append(file, text.slice(0, text.length / 2), atBytes),
    ),
    truncate: dying(auditFiles.truncate, nothing),
    replace: dying(auditFiles.replace, async (file, text) => writeFileSync(`${file}.tmp`, text.slice(0, 9))),
    rename: dying(auditFiles.rename, nothing),
  };
}

describe('an entry', () => {
  it('is one line of JSON that says who did what when', async () => {
    const file = newLog();
    const log = await open(file, { now: () => new Date('2026-01-02T03:04:05.678Z') });
    await log.append(event({ detail: { iterations: 3 } }));
    const [begin, opened, line] = linesIn(file).map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(begin).toMatchObject({ seq: 1, action: 'log:begin' });
    expect(opened).toMatchObject({ seq: 2, action: 'log:open', actor: { via: 'system' } });
    expect(line).toEqual({
      seq: 3,
      time: '2026-01-02T03:04:05.678Z',
      action: 'test:run',
      outcome: 'succeeded',
      actor: { username: 'ci', role: 'operator', via: 'api-key', keyId: 'abcd1234', certificate: 'CN=ci' },
      target: 'core',
      detail: { iterations: 3 },
      mac: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('is bounded, of plain ASCII, and one line, whatever it holds', async () => {
    const file = newLog();
    const log = await open(file);
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 3000 }),
        fc.jsonValue(),
        async (text, detail) => {
          const before = linesIn(file).length;
          await log.append(
            event({ target: text, actor: { via: 'x', username: text }, detail: detail as never }),
          );
          const lines = linesIn(file);
          expect(lines).toHaveLength(before + 1);
          expect(lines.at(-1)).toMatch(/^[ -~]{1,64000}$/);
        },
      ),
      { numRuns: 40 },
    );
    await log.append(event({ detail: { text: 'y'.repeat(100_000) } }));
    expect(linesIn(file).at(-1)).toContain('{"omittedCharacters":100011}');
    expect(await verify(file)).toMatchObject({ state: 'intact' });
  });

  it('holds no secret that the scrubber knows', async () => {
    const file = newLog();
    const log = await open(file, { scrub: (text) => text.replaceAll('s3cret', '***') });
    await log.append(event({ target: 'a s3cret', detail: { deep: ['s3cret'] } }));
    expect(readFileSync(file, 'utf8')).not.toContain('s3cret');
  });

  it('is not resolved before the disk has it', async () => {
    const order: string[] = [];
    const file = newLog();
    const log = await open(file, {
      files: {
        ...auditFiles,
        append: async (...args) => {
          const isWritten = await auditFiles.append(...args);
          order.push('line');
          return isWritten;
        },
        replace: async (...args) => {
          await auditFiles.replace(...args);
          order.push('head');
        },
      },
    });
    order.length = 0;
    await log.append(event()).then(() => order.push('acknowledged'));
    expect(order).toEqual(['line', 'head', 'acknowledged']);
  });

  it('waits for the disk together with those that came in the meantime, in their order', async () => {
    const file = newLog();
    const append = vi.fn(auditFiles.append);
    const log = await open(file, { files: { ...auditFiles, append } });
    append.mockClear();
    const points = await Promise.all(
      Array.from({ length: 1000 }, (_, index) => log.append(event({ target: String(index) }))),
    );
    expect(points.map(({ seq }) => seq)).toEqual(points.map((_, index) => index + 3));
    expect(append.mock.calls.length).toBeLessThan(10);
    expect(await verify(file)).toMatchObject({ state: 'intact', last: points.at(-1) });
  });
});

describe.skipIf(process.platform === 'win32')('the files', () => {
  it('may be read by the owner and the group', async () => {
    const file = await writtenLog(1);
    expect([file, headOf(file)].map((one) => statSync(one).mode & 0o777)).toEqual([0o640, 0o640]);
  });

  it('are refused when others may write them', async () => {
    const file = await writtenLog(1);
    chmodSync(file, 0o666);
    await expect(open(file)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining('chmod go-w'),
    });
  });
});

describe('a log that nobody touched is intact', () => {
  it.each([
    ['in one file', Number.MAX_SAFE_INTEGER],
    ['in several', 1500],
  ])('%s', async (_how, maxBytes) => {
    const file = await writtenLog(20, maxBytes);
    const verdict = await verify(file);
    expect(verdict).toMatchObject({ state: 'intact', first: 1, notes: [] });
    if (maxBytes === 1500)
      expect(await findParts(file)).toHaveLength(verdict.state === 'intact' ? verdict.files.length : 0);
  });

  it('when it was closed and opened again', async () => {
    const file = await writtenLog(3);
    await (await open(file)).append(event());
    expect(await verify(file)).toMatchObject({ state: 'intact', last: { seq: 7 } });
  });

  it('when two logs of one file write in turns, as a service and the command line do', async () => {
    const file = newLog();
    const logs = await Promise.all([open(file), open(file), open(file)]);
    const points = await Promise.all(
      Array.from({ length: 60 }, (_, index) => logs[index % 3]?.append(event())),
    );
    expect(new Set(points.map((point) => point?.seq)).size).toBe(60);
    expect(await verify(file)).toMatchObject({ state: 'intact', last: { seq: 64 } });
  });

  it.each([
    ['renames it', (file: string) => renameSync(file, `${file}.1`)],
    [
      'renames it and makes an empty one',
      (file: string) => {
        renameSync(file, `${file}-20260101`);
        writeFileSync(file, '');
      },
    ],
    [
      'copies and empties it',
      (file: string) => {
        writeFileSync(`${file}.1`, readFileSync(file));
        truncateSync(file, 0);
      },
    ],
    [
      'renames and packs it',
      (file: string) => {
        writeFileSync(`${file}.1.gz`, gzipSync(readFileSync(file)));
        rmSync(file);
      },
    ],
  ])('when logrotate %s while it is written', async (_how, rotate) => {
    const file = newLog();
    const log = await open(file);
    await log.append(event());
    rotate(file);
    await log.append(event());
    expect(await verify(file)).toMatchObject({ state: 'intact', first: 1, last: { seq: 5 } });
    expect(JSON.parse(linesIn(file)[0] ?? '')).toMatchObject({
      seq: 4,
      action: 'log:continue',
      detail: { after: { seq: 3 } },
    });
  });

  it('when it is renamed between the look at it and the write', async () => {
    const file = newLog();
    let renames = 0;
    const files: AuditFiles = {
      ...auditFiles,
      stat: async (path) => {
        const found = await auditFiles.stat(path);
        if (path === file && found !== undefined && renames === 1) {
          renames = 2;
          renameSync(file, `${file}-20260101`);
        }
        return found;
      },
    };
    const log = await open(file, { files });
    await log.append(event());
    renames = 1;
    await log.append(event());
    await log.append(event());
    expect(renames).toBe(2);
    expect(await verify(file)).toMatchObject({ state: 'intact', first: 1, last: { seq: 6 } });
  });

  it('when it is verified while three writers write and rotate it', async () => {
    const file = newLog();
    const log = await open(file, { maxBytes: 1500 });
    const work = new AbortController();
    const writers = [1, 2, 3].map(async () => {
      while (!work.signal.aborted) await log.append(event());
    });
    for (let round = 0; round < 15; round += 1)
      expect(await verifyWholeLog({ file, key })).toMatchObject({ state: 'intact', first: 1 });
    work.abort();
    await Promise.all(writers);
    expect(await verifyWholeLog({ file, key })).toMatchObject({ state: 'intact', notes: [] });
  });

  it('also from the middle on, which is said', async () => {
    const file = await writtenLog(20, 1500);
    const [, ...later] = (await findParts(file)).filter((one) => one !== file);
    const verdict = await verify(file, { files: [file, ...later] });
    expect(verdict).toMatchObject({
      state: 'intact',
      notes: [expect.stringMatching(/^entries 1 to \d+ are in files that were not given$/)],
    });
  });
});

describe('whoever changes a log is found', () => {
  it('by the file and the line, whichever byte is changed', async () => {
    const file = await writtenLog(12, 1500);
    const parts = await findParts(file);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...parts),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (part, at, flip) => {
          const before = readFileSync(part);
          const bytes = Buffer.from(before);
          const offset = at % bytes.length;
          bytes[offset] = (bytes[offset] ?? 0) ^ flip;
          writeFileSync(part, bytes);
          const verdict = await verify(file);
          writeFileSync(part, before);
          const line = before.subarray(0, offset).toString('latin1').split('\n').length;
          expect(verdict).toMatchObject({ state: 'broken', file: part, line });
        },
      ),
      { numRuns: 300 },
    );
    expect(await verify(file)).toMatchObject({ state: 'intact' });
  });

  const changes: readonly [string, (lines: string[], at: number) => string[] | undefined][] = [
    ['removed', (lines, at) => lines.toSpliced(at, 1)],
    ['repeated', (lines, at) => lines.toSpliced(at, 0, lines[at] ?? '')],
    [
      'swapped with the next',
      (lines, at) =>
        at + 1 < lines.length ? lines.toSpliced(at, 2, lines[at + 1] ?? '', lines[at] ?? '') : undefined,
    ],
    ['emptied', (lines, at) => lines.toSpliced(at, 1, '')],
    ['put before as an empty one', (lines, at) => lines.toSpliced(at, 0, '')],
    [
      'taken from another log of the same key',
      (lines, at) => lines.toSpliced(at, 1, (lines[at] ?? '').replace('suite', 'other')),
    ],
  ];
  it.each(changes)('when a line is %s', async (_what, change) => {
    const file = await writtenLog(12, 1500);
    const parts = await findParts(file);
    for (const part of parts) {
      const before = readFileSync(part, 'latin1');
      const lines = before.trimEnd().split('\n');
      for (let at = 0; at < lines.length; at += 1) {
        const changed = change([...lines], at);
        if (changed === undefined || changed.join() === lines.join()) continue;
        writeFileSync(part, changed.map((line) => `${line}\n`).join(''));
        const verdict = await verify(file);
        expect(verdict.state, `line ${at + 1} of ${part}`).toBe('broken');
        if (verdict.state === 'broken' && at > 0 && at + 1 < lines.length) {
          expect(verdict.file).toBe(part);
          // A line that is repeated is the one behind the first.
          expect([at + 1, at + 2]).toContain(verdict.line);
        }
        writeFileSync(part, before);
      }
    }
  });

  it('when the end is cut off, at any byte', async () => {
    const file = await writtenLog(5);
    const whole = readFileSync(file);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), async (size) => {
        writeFileSync(file, whole.subarray(0, size));
        const line = whole.subarray(0, size).toString('latin1').split('\n').length;
        const verdict = await verify(file);
        expect(verdict).toMatchObject({ state: 'broken', line });
        if (size > 0)
          await expect(open(file)).rejects.toMatchObject({
            code: 'IO_READ',
            message: expect.stringContaining('its end was cut off'),
          });
        expect(readFileSync(file).length).toBe(size);
      }),
      { numRuns: 60 },
    );
  });

  it('when the newest file is gone, or one between', async () => {
    const file = await writtenLog(20, 1500);
    const parts = await findParts(file);
    for (const gone of parts.filter((_part, index) => index !== 1)) {
      const files = parts.filter((part) => part !== gone);
      expect(await verify(file, { files }), gone).toMatchObject({
        state: 'broken',
        reason: expect.stringMatching(/^entries \d+ to \d+ are missing/),
      });
    }
  });

  it('when the head is gone, changed, or of another log', async () => {
    const file = await writtenLog(3);
    const head = readFileSync(headOf(file), 'latin1');
    const other = readFileSync(headOf(await writtenLog(3)), 'latin1');
    const longer = readFileSync(headOf(await writtenLog(9)), 'latin1');
    for (const text of [
      undefined,
      '',
      'x',
      head.replace('"seq":5', '"seq":4'),
      head.slice(0, -1),
      other,
      longer,
    ]) {
      if (text === undefined) rmSync(headOf(file));
      else writeFileSync(headOf(file), text);
      expect(await verify(file)).toMatchObject({ state: 'broken' });
    }
    rmSync(headOf(file));
    await expect(open(file)).rejects.toMatchObject({
      code: 'IO_READ',
      message: expect.stringContaining('head'),
    });
  });

  it('when everything was replaced, by a head that was noted elsewhere', async () => {
    const file = await writtenLog(3);
    const verdict = await verify(file);
    if (verdict.state !== 'intact') throw new Error('the log is intact');
    await (await open(file)).append(event());
    expect(await verify(file, { expected: verdict.last })).toMatchObject({ state: 'intact' });
    const replaced = await writtenLog(9);
    expect(await verify(replaced)).toMatchObject({ state: 'intact' });
    expect(await verify(replaced, { expected: verdict.last })).toMatchObject({
      state: 'broken',
      reason: 'entry 5 is not the one that was expected',
    });
    expect(await verify(await writtenLog(1), { expected: { ...verdict.last, seq: 50 } })).toMatchObject({
      state: 'broken',
      reason: 'entries 4 to 50 are missing: the end was cut off',
    });
  });

  it('also by one who has another key, whose lines fit each other', async () => {
    const file = await writtenLog(3);
    const verdict = await verifyAuditLog({ files: [file], key: Buffer.alloc(32, 8), headFile: undefined });
    expect(verdict).toMatchObject({
      state: 'broken',
      line: 1,
      reason: expect.stringMatching(/^it was written with the key [0-9a-f]{16}, and the one given is/),
    });
  });

  it('also when something is put behind the end', async () => {
    const file = await writtenLog(3);
    appendFileSync(file, `${linesIn(file).at(-1)}\n`);
    expect(await verify(file)).toMatchObject({ state: 'broken', line: 6 });
    await expect(open(file)).rejects.toMatchObject({
      code: 'IO_READ',
      message: expect.stringContaining('not written by this log'),
    });
  });
});

describe('a crash', () => {
  it('in the middle of a write costs nothing that was acknowledged: what is torn is cut off, and that is noted', async () => {
    const file = newLog();
    const log = await open(file);
    await log.append(event());
    const head = readFileSync(headOf(file));
    const acknowledged = statSync(file).size;
    await log.append(event({ target: 'second' }));
    const whole = readFileSync(file);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: acknowledged + 1, max: whole.length }), async (size) => {
        writeFileSync(file, whole.subarray(0, size));
        writeFileSync(headOf(file), head);
        const isTorn = size < whole.length;
        expect(await verify(file)).toMatchObject({
          state: 'intact',
          notes: [
            expect.stringMatching(
              isTorn ? /:4 is the beginning of an entry/ : /^entries from 4 on are being acknowledged/,
            ),
          ],
        });
        await open(file);
        expect(await verify(file)).toMatchObject({ state: 'intact', notes: [] });
        const recovered = linesIn(file)
          .map((line) => JSON.parse(line) as { action: string; detail: object })
          .find(({ action }) => action === 'log:recover');
        expect(recovered?.detail).toEqual(
          isTorn
            ? { droppedBytes: size - acknowledged, adoptedEntries: 0 }
            : { droppedBytes: 0, adoptedEntries: 1 },
        );
      }),
      { numRuns: 40 },
    );
  });

  it('at any step, before, after or in the middle of it, loses nothing that was acknowledged', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ steps: fc.nat(12), effect: fc.constantFrom('none', 'half', 'whole') }), {
          minLength: 1,
          maxLength: 4,
        }),
        async (crashes) => {
          const file = newLog();
          const acknowledged: number[] = [];
          for (const { steps, effect } of crashes) {
            const log = await open(file, { maxBytes: 900, files: dyingAfter(steps, effect) }).catch(
              () => undefined,
            );
            for (let index = 0; index < 5; index += 1)
              await log?.append(event()).then(
                ({ seq }) => acknowledged.push(seq),
                () => undefined,
              );
          }
          await open(file);
          const verdict = await verify(file);
          expect(verdict).toMatchObject({ state: 'intact', first: 1, notes: [] });
          if (verdict.state === 'intact') expect(Math.max(0, ...acknowledged)).toBeLessThan(verdict.last.seq);
          expect(new Set(acknowledged).size).toBe(acknowledged.length);
        },
      ),
      {
        numRuns: 60,
        examples: [
          [
            [
              { steps: 4, effect: 'none' },
              { steps: 0, effect: 'whole' },
              { steps: 1, effect: 'none' },
            ],
          ],
        ],
      },
    );
  });

  it('between the renaming of a full file and the beginning of the next leaves a whole chain', async () => {
    const file = await writtenLog(3);
    renameSync(file, `${file}.000000000005`);
    await open(file);
    expect(await verify(file)).toMatchObject({ state: 'intact', first: 1 });
  });

  it(
    'kill -9, ten times while three writers write, loses nothing that was acknowledged',
    { timeout: 120_000 },
    async () => {
      const file = newLog();
      const acknowledged = new Map<number, string>();
      for (let round = 0; round < 10; round += 1) {
        const writer = spawn(
          process.execPath,
          [
            '--conditions=mcp-test-harness-source',
            join(import.meta.dirname, 'testing/writer.ts'),
            file,
            key.toString('hex'),
            '4000',
          ],
          { stdio: ['ignore', 'pipe', 'pipe'] },
        );
        let output = '';
        let errors = '';
        writer.stderr.on('data', (chunk) => (errors += String(chunk)));
        // However slow the disk is, some entries are there before the end comes.
        const lines = 4 + round;
        const busy = new Promise<void>((resolve, reject) => {
          writer.stdout.on('data', (chunk) => {
            output += String(chunk);
            if (output.split('\n').length > lines) resolve();
          });
          writer.once('close', () => reject(new Error(errors)));
        });
        const closed = new Promise((resolve) => writer.once('close', resolve));
        await busy;
        await sleep(round * 3);
        writer.kill('SIGKILL');
        await closed;
        for (const [, seq, mac = ''] of output.matchAll(/^(\d+) ([0-9a-f]{64})$/gm))
          acknowledged.set(Number(seq), mac);
      }
      await open(file);
      expect(await verify(file)).toMatchObject({ state: 'intact', first: 1, notes: [] });
      const written = new Map<number, string>();
      for (const part of await findParts(file))
        for (const line of linesIn(part)) {
          const { seq, mac } = JSON.parse(line) as { seq: number; mac: string };
          written.set(seq, mac);
        }
      expect(acknowledged.size).toBeGreaterThan(20);
      for (const [seq, mac] of acknowledged) expect(written.get(seq)).toBe(mac);
    },
  );
});

describe('a log that cannot be written', () => {
  it('is not opened', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'file'), '');
    for (const file of [join(folder, 'file', 'audit.log'), join(folder, 'none', 'audit.log')])
      await expect(open(file)).rejects.toMatchObject({
        code: 'IO_WRITE',
        hint: expect.stringContaining('Nothing that has to be logged is done'),
      });
  });

  it('keeps what has to be logged from being done, and goes on when it can', async () => {
    const file = newLog();
    let full = false;
    const log = await open(file, {
      files: {
        ...auditFiles,
        append: async (path, text, atBytes) => {
          if (!full) return await auditFiles.append(path, text, atBytes);
          // Half of it fits.
          appendFileSync(path, text.slice(0, text.length / 2));
          throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
        },
      },
    });
    const work = vi.fn(async () => 'done');
    full = true;
    await expect(
      audited(log, { action: 'baseline:update', actor: { via: 'api-key' } }, work),
    ).rejects.toMatchObject({ code: 'IO_WRITE' });
    expect(work).not.toHaveBeenCalled();
    full = false;
    expect(await audited(log, { action: 'baseline:update', actor: { via: 'api-key' } }, work)).toBe('done');
    expect(await verify(file)).toMatchObject({ state: 'intact', notes: [] });
  });

  it.skipIf(!existsSync('/dev/full'))('because the disk is full is told as such (/dev/full)', async () => {
    const file = newLog();
    const log = await open(file, {
      files: { ...auditFiles, append: (_file, text, at) => auditFiles.append('/dev/full', text, at) },
    }).catch((error: unknown) => error);
    expect(log).toMatchObject({ code: 'IO_WRITE', message: expect.stringContaining('ENOSPC') });
  });

  it('because its folder went away fails, and begins anew with a new folder', async () => {
    const folder = newFolder();
    const file = join(folder, 'logs', 'audit.log');
    mkdirSync(join(folder, 'logs'));
    const log = await open(file);
    rmSync(join(folder, 'logs'), { recursive: true });
    await expect(log.append(event())).rejects.toMatchObject({ code: 'IO_WRITE' });
    mkdirSync(join(folder, 'logs'));
    expect((await log.append(event())).seq).toBe(2);
  });

  it('whose head cannot be written acknowledges nothing, and keeps the chain', async () => {
    const file = newLog();
    let broken = false;
    const log = await open(file, {
      files: {
        ...auditFiles,
        replace: async (...args) => {
          if (broken) throw new Error('EIO');
          await auditFiles.replace(...args);
        },
      },
    });
    broken = true;
    await expect(log.append(event())).rejects.toMatchObject({ code: 'IO_WRITE' });
    broken = false;
    await log.append(event());
    expect(await verify(file)).toMatchObject({ state: 'intact', notes: [] });
  });
});

describe('what is audited', () => {
  const actions = (file: string) =>
    linesIn(file)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .slice(2)
      .map(({ action, outcome, of, detail }) => [action, outcome, of, detail]);

  it('has an entry before it is done, and one that says how it ended', async () => {
    const file = newLog();
    const log = await open(file);
    await audited(
      log,
      { action: 'config:reload', actor: { via: 'signal' }, detail: { file: 'rbac.yaml' } },
      async () => undefined,
    );
    expect(actions(file)).toEqual([
      ['config:reload', 'attempted', undefined, { file: 'rbac.yaml' }],
      ['config:reload', 'succeeded', 3, undefined],
    ]);
  });

  it('says so when it failed, by the code of the error and not by its text', async () => {
    const file = newLog();
    const log = await open(file);
    const work = async (): Promise<never> => {
      throw new HarnessError({ code: 'IO_READ', message: 'cannot read s3cret' });
    };
    await expect(audited(log, { action: 'report:delete', actor: { via: 'api-key' } }, work)).rejects.toThrow(
      's3cret',
    );
    expect(actions(file)[1]).toEqual(['report:delete', 'failed', 3, { code: 'IO_READ' }]);
  });
});

describe('the key of a log', () => {
  it('is made once, for its owner alone, and read again', async () => {
    const file = join(newFolder(), 'audit.key');
    await createAuditKey(file);
    expect(await loadAuditKey(file)).toHaveLength(32);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    await expect(createAuditKey(file)).rejects.toMatchObject({
      code: 'IO_WRITE',
      message: expect.stringMatching(/exists$/),
    });
  });

  it.skipIf(process.platform === 'win32').each([0o644, 0o660, 0o602])(
    'of mode %o is refused',
    async (mode) => {
      const file = join(newFolder(), 'audit.key');
      await createAuditKey(file);
      chmodSync(file, mode);
      await expect(loadAuditKey(file)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    },
  );

  it('that is none is refused without being repeated', async () => {
    const file = join(newFolder(), 'audit.key');
    writeFileSync(file, 'correct horse battery staple', { mode: 0o600 });
    const error = await loadAuditKey(file).catch((thrown: unknown) => thrown as HarnessError);
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(JSON.stringify(error) + String(error)).not.toContain('horse');
  });
});

it('the parts of a log are found beside it, and nothing else', async () => {
  const file = await writtenLog(1);
  for (const name of [
    'audit.log.1',
    'audit.log-20260101',
    'audit.log.2.gz',
    'audit.logs',
    'other.log',
    'audit.log.key',
    'audit.log.lock',
  ])
    writeFileSync(join(file, '..', name), '');
  expect(readdirSync(join(file, '..'))).toContain('audit.log.head');
  expect((await findParts(file)).map((part) => part.slice(file.length))).toEqual([
    '',
    '-20260101',
    '.1',
    '.2.gz',
  ]);
});
