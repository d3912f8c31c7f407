import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { artifactName, artifactPrefix, isAttemptOf } from './artifact-name.ts';
import { type ArtifactClient, Artifacts, isEnterpriseServer } from './artifacts.ts';
import { ServiceBudget } from './budget.ts';
import { type FileSet, writeFolder } from './file-set.ts';
import { makeZip } from './testing/make-zip.ts';
import { patientClock } from './testing/patient-clock.ts';

let temporaryFolder: string;
beforeEach(() => {
  temporaryFolder = mkdtempSync(join(tmpdir(), 'mcp-test-harness-'));
});
afterEach(() => rmSync(temporaryFolder, { recursive: true, force: true }));

const clock = patientClock();
const files: FileSet = new Map([
  ['job.json', Buffer.from('{}')],
  ['html/report.html', Buffer.from('<h1>')],
]);
const limits = { files: 10, fileBytes: 1000, totalBytes: 2000 };

function artifactsWith(client: Partial<ArtifactClient>, serverUrl = 'https://github.com'): Artifacts {
  const unexpected = (): never => {
    throw new Error('not expected');
  };
  return new Artifacts({
    budget: new ServiceBudget({ clock, random: () => 0 }),
    temporaryFolder,
    serverUrl,
    runUrl: 'https://github.com/octo-org/hello-mcp/actions/runs/117',
    output: { write: () => true },
    limits,
    load: () =>
      Promise.resolve({
        uploadArtifact: unexpected,
        listArtifacts: unexpected,
        downloadArtifact: unexpected,
        ...client,
      }),
  });
}

const taken = (): Promise<never> =>
  Promise.reject(
    new Error('Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict'),
  );

describe('uploading', () => {
  it('sends the files under their names, and gives the page of the artifact', async () => {
    const sent: unknown[] = [];
    const artifacts = artifactsWith({
      uploadArtifact: (name, paths, folder, options) => {
        sent.push(
          name,
          paths.map((path) => [relative(folder, path), readFileSync(path, 'utf8')]),
          options,
        );
        return Promise.resolve({ id: 12 });
      },
    });
    expect(await artifacts.upload('reports-1', files, { retentionDays: 5 })).toEqual({
      ok: true,
      value: {
        id: 12,
        name: 'reports-1',
        url: 'https://github.com/octo-org/hello-mcp/actions/runs/117/artifacts/12',
      },
    });
    expect(sent).toEqual([
      'reports-1',
      [
        ['html/report.html', '<h1>'],
        ['job.json', '{}'],
      ],
      { retentionDays: 5 },
    ]);
    expect(await readdir(temporaryFolder)).toEqual([]);
  });

  it('sends the plain files of a folder, where they are', async () => {
    const folder = join(temporaryFolder, 'reports');
    await writeFolder(folder, new Map([...files, ['.journal', Buffer.from('')]]));
    symlinkSync('/etc/passwd', join(folder, 'link'));
    const sent: unknown[] = [];
    const artifacts = artifactsWith({
      uploadArtifact: (_name, paths, root) => {
        sent.push(paths.map((path) => relative(root, path)));
        return Promise.resolve({ id: 12 });
      },
    });
    const includes = (file: string): boolean => !file.startsWith('.');
    expect(await artifacts.uploadFolder('reports-1', folder, { includes })).toMatchObject({ ok: true });
    expect(sent).toEqual([['html/report.html', 'job.json']]);
    expect(await artifacts.uploadFolder('reports-1', join(folder, 'nowhere'))).toMatchObject({
      ok: false,
      fault: { reason: 'rejected', message: expect.stringContaining('ENOENT') },
    });
  });

  it('takes another name when the name is taken, twice', async () => {
    const names: string[] = [];
    const uploadTo = (free: string): Artifacts =>
      artifactsWith({
        uploadArtifact: (name) => {
          names.push(name);
          return name === free ? Promise.resolve({ id: 1 }) : taken();
        },
      });
    expect(await uploadTo('reports-1.3').upload('reports-1', files)).toMatchObject({
      ok: true,
      value: { name: 'reports-1.3' },
    });
    expect(names).toEqual(['reports-1', 'reports-1.2', 'reports-1.3']);
    expect(await uploadTo('none').upload('reports-1', files)).toMatchObject({
      ok: false,
      fault: { reason: 'conflict', attempts: 3 },
    });
  });

  it('sends a page as it is, named like its file', async () => {
    const sent: unknown[] = [];
    const artifacts = artifactsWith({
      uploadArtifact: (name, [path = ''], _folder, options) => {
        sent.push([name, basename(path), readFileSync(path, 'utf8'), options]);
        return sent.length === 1 ? taken() : Promise.resolve({ id: 3 });
      },
    });
    expect(await artifacts.uploadPage('report-1.html', Buffer.from('<h1>'))).toMatchObject({ ok: true });
    expect(sent).toEqual([
      ['report-1.html', 'report-1.html', '<h1>', { skipArchive: true }],
      ['report-1.2.html', 'report-1.2.html', '<h1>', { skipArchive: true }],
    ]);
  });

  it('stops waiting for one that hangs, and leaves it its files', async () => {
    const started = Promise.withResolvers<void>();
    const artifacts = artifactsWith({
      uploadArtifact: () => {
        started.resolve();
        return new Promise(() => {});
      },
    });
    const uploading = artifacts.upload('reports-1', files);
    await started.promise;
    clock.expire();
    expect(await uploading).toMatchObject({ ok: false, fault: { reason: 'timeout', attempts: 1 } });
    expect(await readdir(temporaryFolder)).toHaveLength(1);
  });

  it('is told to be impossible on GitHub Enterprise Server, without trying', async () => {
    const artifacts = artifactsWith({}, 'https://github.example.com');
    expect(await artifacts.upload('reports-1', files)).toMatchObject({
      ok: false,
      fault: {
        reason: 'unsupported',
        message: expect.stringContaining('GitHub Enterprise Server has no artifacts of version 4'),
      },
    });
  });
});

describe('downloading the artifacts of this run', () => {
  const listed = [
    { name: 'mcp-test-harness-report-linux-Linux-X64-1', id: 1, size: 100 },
    { name: 'mcp-test-harness-report-mac-macOS-ARM64-1', id: 2, size: 100 },
    { name: 'mcp-test-harness-report-mac-macOS-ARM64-1.html', id: 3, size: 100 },
    { name: 'coverage', id: 4, size: 100 },
  ];
  const download = (archive: Buffer) =>
    artifactsWith({
      listArtifacts: () => Promise.resolve({ artifacts: listed }),
      downloadArtifact: (id, options) => {
        writeFileSync(join(options?.path ?? '', `artifact-${id}.zip`), archive);
        return Promise.resolve({});
      },
    }).downloadOfThisRun(artifactPrefix('report'));

  it('gives what is in those of the kind', async () => {
    const result = await download(makeZip([{ name: 'job.json', content: '{}' }]));
    expect(result).toEqual({
      ok: true,
      value: [listed[0], listed[1]].map((artifact) => ({
        ok: true,
        value: { name: artifact?.name, files: new Map([['job.json', Buffer.from('{}')]]) },
      })),
    });
    expect(await readdir(temporaryFolder)).toEqual([]);
  });

  it('refuses a hostile one and reads the others', async () => {
    const result = await download(makeZip([{ name: '../job.json', content: '{}' }]));
    expect(result).toMatchObject({
      ok: true,
      value: [
        { ok: false, fault: { reason: 'hostile' } },
        { ok: false, fault: { reason: 'hostile' } },
      ],
    });
  });

  it('does not even fetch one that is too large', async () => {
    const artifacts = artifactsWith({
      listArtifacts: () =>
        Promise.resolve({
          artifacts: [{ name: 'mcp-test-harness-report-a-Linux-X64-1', id: 1, size: 1e8 }],
        }),
    });
    expect(await artifacts.downloadOfThisRun(artifactPrefix('report'))).toMatchObject({
      ok: true,
      value: [{ ok: false, fault: { reason: 'hostile', attempts: 0 } }],
    });
  });
});

describe('names of artifacts', () => {
  const owner = { key: 'default', os: 'Linux', arch: 'X64', attempt: 2 };

  it('tell kind, job and attempt', () => {
    expect(artifactName('report', owner)).toBe('mcp-test-harness-report-default-Linux-X64-2');
    expect(artifactName('report', { ...owner, key: 'node 20 / "x"' })).toBe(
      'mcp-test-harness-report-node-20-x-Linux-X64-2',
    );
  });

  it('are allowed whatever the key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (key) => {
        const name = artifactName('baseline', { ...owner, key });
        expect(name).not.toMatch(/["\\/:<>|*?\r\n]/);
        expect(name.length).toBeLessThan(200);
        expect(isAttemptOf(name, artifactPrefix('baseline', { ...owner, key }))).toBe(true);
      }),
    );
  });
});

it.each([
  ['https://github.com', false],
  ['https://octo.ghe.com', false],
  ['https://github.example.com', true],
])('%s is GitHub Enterprise Server: %s', (url, is) => {
  expect(isEnterpriseServer(url)).toBe(is);
});
