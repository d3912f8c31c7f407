import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createEncryptor, type KeyProvider } from '../secrets/index.ts';
import { localKeys } from '../secrets/local-keys.ts';
import { temporaryFolders } from '../testing/folders.ts';
import { readReport } from './read-report.ts';
import { makeReportFolder, writeReportFile } from './report-folder.ts';
import { ReportWriter } from './report-writer.ts';

const folder = temporaryFolders();
const reportPath = 'runs/2026-11-26/0192-a1';
const isWindows = process.platform === 'win32';

const settingsOf = (outputDir: string) => ({
  reporting: { outputDir, formats: ['json'], retentionMs: undefined },
});

async function write(
  outputDir: string,
  texts: Readonly<Record<string, readonly string[]>>,
  encryptor?: ReturnType<typeof createEncryptor>,
) {
  const writer = new ReportWriter({ outputDir, reportPath, encryptor });
  for (const [name, pieces] of Object.entries(texts)) for (const piece of pieces) writer.add(name, piece);
  return await writer.finish();
}

describe('the reports of a run', () => {
  it('are written whole, for the user and the group alone', async () => {
    const outputDir = join(folder(), 'reports');
    const { written, problems } = await write(outputDir, {
      'results.json': ['{"a":', '1}'],
      'report.html': ['<p>'],
    });
    expect([written, problems]).toEqual([['results.json', 'report.html'], []]);
    expect(readFileSync(join(outputDir, reportPath, 'results.json'), 'utf8')).toBe('{"a":1}');
    expect(readdirSync(join(outputDir, reportPath)).toSorted()).toEqual(['report.html', 'results.json']);
    if (isWindows) return;
    for (const path of ['', 'runs', 'runs/2026-11-26', reportPath])
      expect(statSync(join(outputDir, path)).mode & 0o777).toBe(0o750);
    expect(statSync(join(outputDir, reportPath, 'results.json')).mode & 0o777).toBe(0o640);
  });

  it('are read again by their names', async () => {
    const outputDir = folder();
    await write(outputDir, { 'results.json': ['{}'] });
    const read = await readReport(settingsOf(outputDir), undefined, reportPath, 'results.json');
    expect(String(read)).toBe('{}');
    expect(await readReport(settingsOf(outputDir), undefined, reportPath, 'none.json')).toBeUndefined();
  });

  it('are ciphertext on the disk with an encryptor, and open under their own names only', async () => {
    const outputDir = folder();
    const encryptor = createEncryptor({
      provider: localKeys('env', randomBytes(32).toString('hex'), 'this test'),
    });
    const secret = 'what the server said';
    await write(outputDir, { 'results.json': [secret], 'report.html': ['other'] }, encryptor);
    const place = join(outputDir, reportPath);
    expect(readdirSync(place).toSorted()).toEqual(['report.html.sealed', 'results.json.sealed']);
    expect(readFileSync(join(place, 'results.json.sealed'), 'utf8')).not.toContain(secret);
    const settings = settingsOf(outputDir);
    expect(String(await readReport(settings, encryptor, reportPath, 'results.json'))).toBe(secret);

    writeFileSync(join(place, 'report.html.sealed'), readFileSync(join(place, 'results.json.sealed')));
    await expect(readReport(settings, encryptor, reportPath, 'report.html')).rejects.toMatchObject({
      code: 'IO_READ',
    });
    expect(await readReport(settings, undefined, reportPath, 'results.json')).toBeUndefined();
    expect(await readReport(settings, encryptor, reportPath, 'results.json.sealed')).toBeUndefined();
  });

  it('are not stored at all while there is no key', async () => {
    const outputDir = folder();
    const down: KeyProvider = {
      name: 'vault',
      createDataKey: () => Promise.reject(new Error('connection refused')),
      unwrap: () => Promise.reject(new Error('connection refused')),
    };
    const { written, problems } = await write(
      outputDir,
      { 'results.json': ['a body'] },
      createEncryptor({ provider: down }),
    );
    expect(written).toEqual([]);
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ['IO_WRITE', expect.stringContaining('nothing is stored in the clear')],
    ]);
    expect(readdirSync(outputDir)).toEqual([]);
  });

  it('cost themselves and not the run when they cannot be written', async () => {
    const outputDir = join(folder(), 'file');
    writeFileSync(outputDir, '');
    const { written, problems } = await write(outputDir, { 'results.json': ['{}'] });
    expect([written, problems.map(({ code }) => code)]).toEqual([[], ['IO_WRITE']]);
  });
});

describe.skipIf(isWindows)('symbolic links below the directory of reports', () => {
  it('are not written through', async () => {
    const outputDir = folder();
    const elsewhere = folder();
    symlinkSync(elsewhere, join(outputDir, 'runs'));
    const { written, problems } = await write(outputDir, { 'results.json': ['{}'] });
    expect([written, problems.length]).toEqual([[], 1]);
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it('of a file are replaced', async () => {
    const outputDir = folder();
    const victim = join(folder(), 'victim');
    writeFileSync(victim, 'untouched');
    const place = await makeReportFolder(outputDir, reportPath);
    symlinkSync(victim, join(place, 'results.json'));
    await writeReportFile(place, 'results.json', 'new');
    expect(readFileSync(victim, 'utf8')).toBe('untouched');
    expect(readFileSync(join(place, 'results.json'), 'utf8')).toBe('new');
  });

  it('are not read through', async () => {
    const outputDir = folder();
    const elsewhere = folder();
    writeFileSync(join(elsewhere, 'results.json'), 'secret');
    mkdirSync(join(outputDir, 'runs/2026-11-26'), { recursive: true });
    symlinkSync(elsewhere, join(outputDir, reportPath));
    const settings = settingsOf(outputDir);
    expect(await readReport(settings, undefined, reportPath, 'results.json')).toBeUndefined();
    mkdirSync(join(outputDir, 'daily'));
    symlinkSync(join(elsewhere, 'results.json'), join(outputDir, 'daily/2026-11-25.json'));
    expect(await readReport(settings, undefined, 'daily', '2026-11-25.json')).toBeUndefined();
  });
});

describe('the path and name of a report', () => {
  const name = 'results.json';
  it.each([
    ['..', name],
    ['', name],
    ['.', name],
    ['runs', name],
    ['runs/2026-11-26/..', name],
    ['runs/2026-11-26/0192-a1/..', name],
    ['runs/2026-11-26/0192-a1/', name],
    ['/etc', name],
    ['runs\\2026-11-26\\0192-a1', name],
    ['runs/2026-11-26/0192-a1\0', name],
    [reportPath, '../0192-a1/results.json'],
    [reportPath, '/etc/passwd'],
    [reportPath, '..'],
    [reportPath, '.hidden'],
    [reportPath, ''],
    [reportPath, 'results.json\0.html'],
    [reportPath, 'a/b'],
    [reportPath, 'a\\b'],
    ['daily', '../runs/2026-11-26/0192-a1/results.json'],
  ])('%j and %j lead nowhere', async (path, file) => {
    const outputDir = folder();
    await write(outputDir, { 'results.json': ['{}'] });
    expect(existsSync(join(outputDir, reportPath, 'results.json'))).toBe(true);
    expect(await readReport(settingsOf(outputDir), undefined, path, file)).toBeUndefined();
  });
});
