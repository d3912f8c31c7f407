import { describe, expect, it } from 'vitest';
import { artifactName } from './artifact-name.ts';
import { findBaselineArtifact, listSuccessfulRuns, workflowFile } from './runs.ts';
import { byteStream, fakeApi, type FakeRoute } from './testing/fake-api.ts';
import { makeZip } from './testing/make-zip.ts';

const scope = { key: 'default', os: 'Linux', arch: 'X64' };
const run = (id: number, headSha: string, event = 'push', repository = 'octo-org/hello-mcp') => ({
  id,
  head_sha: headSha,
  event,
  head_repository: { full_name: repository },
});
const runsRoute = 'GET /actions/workflows/{workflow_id}/runs';
const baseline = { id: 5, name: artifactName('baseline', { ...scope, attempt: 1 }), size_in_bytes: 10 };
const archive = () => byteStream(makeZip([{ name: 'baseline.json', content: '{}' }]));

const routes = (
  runs: readonly object[],
  artifacts: Readonly<Record<string, readonly object[]>>,
): Readonly<Record<string, FakeRoute>> => ({
  [runsRoute]: () => ({ workflow_runs: runs }),
  'GET /actions/runs/{run_id}/artifacts': ({ run_id: id }) => ({ artifacts: artifacts[String(id)] ?? [] }),
  'GET /actions/artifacts/{artifact_id}/{archive_format}': archive,
});
const wanted = { scope, workflow: 'ci.yml', branch: 'main' };

describe('runs of the default branch', () => {
  it('are those of this repository that no pull request started, the newest first', async () => {
    const runs = [
      run(1, 'a'),
      run(4, 'd', 'pull_request', 'mallory/hello-mcp'),
      run(3, 'c', 'push', 'mallory/hello-mcp'),
      run(2, 'b', 'schedule'),
    ];
    expect(await listSuccessfulRuns(fakeApi(routes(runs, {})).api, wanted)).toEqual({
      ok: true,
      value: [
        { id: 2, headSha: 'b' },
        { id: 1, headSha: 'a' },
      ],
    });
  });
});

describe('the baseline in an artifact', () => {
  it('is that of the newest run that left one', async () => {
    const { api } = fakeApi(
      routes([run(3, 'c'), run(2, 'b'), run(1, 'a')], {
        3: [{ ...baseline, name: 'coverage' }],
        2: [baseline],
        1: [baseline],
      }),
    );
    expect(await findBaselineArtifact(api, wanted)).toMatchObject({
      ok: true,
      value: { run: { id: 2, headSha: 'b' }, files: new Map([['baseline.json', Buffer.from('{}')]]) },
    });
  });

  it('is that of a wanted commit before', async () => {
    const { api } = fakeApi(routes([run(3, 'c'), run(1, 'a')], { 3: [baseline], 1: [baseline] }));
    expect(await findBaselineArtifact(api, { ...wanted, commits: ['x', 'a'] })).toMatchObject({
      value: { run: { id: 1 } },
    });
  });

  it('is searched for in a few runs only', async () => {
    const { api, calls } = fakeApi(
      routes(
        Array.from({ length: 30 }, (_, id) => run(id, 'a')),
        {},
      ),
    );
    expect(await findBaselineArtifact(api, wanted)).toEqual({ ok: true, value: undefined });
    expect(calls).toHaveLength(6);
  });
});

it.each([
  ['octo-org/hello-mcp/.github/workflows/ci.yml@refs/heads/main', 'ci.yml'],
  ['octo-org/hello-mcp/.github/workflows/ci.yaml@refs/pull/7/merge', 'ci.yaml'],
  ['', undefined],
  [undefined, undefined],
])('the workflow of %s is %s', (reference, file) => {
  expect(workflowFile(reference)).toBe(file);
});
