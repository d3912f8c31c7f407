import { describe, expect, it } from 'vitest';
import { artifactPrefix } from './artifact-name.ts';
import { downloadArtifact, downloadOfRun, listArtifactsOfRun, newestAttempt } from './artifacts-of-run.ts';
import { byteStream, fakeApi, type FakeRoute } from './testing/fake-api.ts';
import { makeZip } from './testing/make-zip.ts';

const limits = { files: 10, fileBytes: 1000, totalBytes: 2000 };
const listRoute = 'GET /actions/runs/{run_id}/artifacts';
const zipRoute = 'GET /actions/artifacts/{artifact_id}/{archive_format}';
const artifact = { id: 5, name: 'reports-1', sizeBytes: 100 };
const listed = (id: number, name: string, size = 100) => ({ id, name, size_in_bytes: size, expired: false });

describe('the artifacts of a run', () => {
  it('are listed, but for those that have expired', async () => {
    const { api } = fakeApi({
      [listRoute]: () => ({
        artifacts: [listed(5, 'reports-1'), { ...listed(6, 'reports-2'), expired: true }],
      }),
    });
    expect(await listArtifactsOfRun(api, '117')).toEqual({ ok: true, value: [artifact] });
  });

  it('are unpacked in memory', async () => {
    const { api } = fakeApi({ [zipRoute]: () => byteStream(makeZip([{ name: 'a', content: 'b' }])) });
    expect(await downloadArtifact(api, artifact, { limits })).toEqual({
      ok: true,
      value: { name: 'reports-1', files: new Map([['a', Buffer.from('b')]]) },
    });
  });

  it.each([
    ['larger than announced', byteStream(Buffer.alloc(2001)), 'hostile'],
    ['no archive', byteStream(Buffer.from('<html>')), 'hostile'],
    ['no bytes', 'text', 'malformed'],
  ])('are refused when they are %s', async (_name, body, reason) => {
    const { api } = fakeApi({ [zipRoute]: () => body });
    expect(await downloadArtifact(api, artifact, { limits })).toMatchObject({ ok: false, fault: { reason } });
  });

  describe('by the beginning of their names', () => {
    const routes = (artifacts: readonly object[]): Readonly<Record<string, FakeRoute>> => ({
      [listRoute]: () => ({ artifacts }),
      [zipRoute]: ({ artifact_id: id }) =>
        byteStream(
          id === 2
            ? makeZip([{ name: '../job.json', content: '{}' }])
            : makeZip([
                { name: 'job.json', content: '{}' },
                { name: 'large.html', content: Buffer.alloc(500) },
              ]),
        ),
    });

    it('are gathered with the files that are wanted, each by itself', async () => {
      const { api } = fakeApi(
        routes([
          listed(1, 'report-a-1'),
          listed(2, 'report-b-1'),
          listed(3, 'report-c-1.html'),
          listed(4, 'coverage-1'),
          listed(5, 'report-d-1', 1e8),
        ]),
      );
      expect(await downloadOfRun(api, '117', 'report-', ['job.json'])).toMatchObject({
        ok: true,
        value: [
          { ok: true, value: { name: 'report-a-1', files: new Map([['job.json', Buffer.from('{}')]]) } },
          { ok: false, fault: { reason: 'hostile', message: expect.stringContaining('leaves its folder') } },
          { ok: false, fault: { reason: 'hostile', message: 'it has 100000000 bytes', attempts: 0 } },
        ],
      });
    });

    it.each([
      ['too many', Array.from({ length: 301 }, (_, id) => listed(id, `report-a-${id}`))],
      ['too large together', Array.from({ length: 40 }, (_, id) => listed(id, `report-a-${id}`, 5e7))],
    ])('are not even fetched when they are %s', async (_name, artifacts) => {
      const { api, calls } = fakeApi(routes(artifacts));
      expect(await downloadOfRun(api, '117', 'report-')).toMatchObject({
        ok: false,
        fault: { reason: 'hostile' },
      });
      expect(calls).not.toContain(zipRoute);
    });
  });

  it('of a job are those of several attempts; the newest counts', () => {
    const named = (...names: string[]) => names.map((name, id) => ({ id, name, sizeBytes: 1 }));
    const prefix = artifactPrefix('baseline', { key: 'default', os: 'Linux', arch: 'X64' });
    const all = named(`${prefix}1`, `${prefix}10`, `${prefix}9`, `${prefix}9.2`, `${prefix}x-11`, 'other');
    expect(newestAttempt(all, prefix)?.name).toBe(`${prefix}10`);
    expect(newestAttempt(all.slice(2), prefix)?.name).toBe(`${prefix}9.2`);
    expect(newestAttempt([], prefix)).toBeUndefined();
  });
});
