import { isAttemptOf } from './artifact-name.ts';
import { failure, ServiceError, type ServiceResult, success } from './fault.ts';
import { defaultLimits, type FileLimits, type FileSet, FileSetError } from './file-set.ts';
import type { GitHubApi } from './github-api.ts';
import { unzip } from './unzip.ts';

/** An artifact of some run, as listed. */
export interface ListedArtifact {
  readonly id: number;
  readonly name: string;
  readonly sizeBytes: number;
}

export interface DownloadedArtifact {
  readonly name: string;
  readonly files: FileSet;
}

/** Each by itself: one that is refused says nothing about the others. */
export type Downloads = readonly ServiceResult<DownloadedArtifact>[];

export interface OpenOptions {
  readonly limits?: FileLimits | undefined;
  /** Names of the files that are wanted; all by default. */
  readonly only?: readonly string[] | undefined;
}

/** Far more than the jobs of one matrix: it has 256 at most. */
const most = { artifacts: 300, totalBytes: 1024 * 1024 * 1024 };

/** The artifacts of a run, through the API (`actions: read`). */
export function listArtifactsOfRun(
  api: GitHubApi,
  runId: string,
): Promise<ServiceResult<readonly ListedArtifact[]>> {
  return api.list({
    what: `list the artifacts of run ${runId}`,
    route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts',
    parameters: { run_id: runId },
    limit: 1000,
    read: (answer) =>
      answer
        .at('artifacts')
        .list()
        .filter((artifact) => !artifact.at('expired').isTrue())
        .map((artifact) => ({
          id: artifact.at('id').integer(),
          name: artifact.at('name').string(),
          sizeBytes: artifact.at('size_in_bytes').integer(),
        })),
  });
}

/** What a run, perhaps of a fork, left in artifacts whose names begin so. Nothing that they hold is trusted. */
export async function downloadOfRun(
  api: GitHubApi,
  runId: string,
  prefix: string,
  only?: readonly string[],
): Promise<ServiceResult<Downloads>> {
  const listed = await listArtifactsOfRun(api, runId);
  if (!listed.ok) return listed;
  return await gather(listed.value, prefix, (artifact) => downloadArtifact(api, artifact, { only }));
}

/** Downloads one artifact and unpacks it in memory, within limits. */
export async function downloadArtifact(
  api: GitHubApi,
  artifact: ListedArtifact,
  options: OpenOptions = {},
): Promise<ServiceResult<DownloadedArtifact>> {
  return await api.download({
    what: `download the artifact ${artifact.name}`,
    route: 'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}',
    parameters: { artifact_id: artifact.id, archive_format: 'zip' },
    limitBytes: (options.limits ?? defaultLimits).totalBytes,
    read: (bytes) => ({ name: artifact.name, files: openArchive(bytes, options) }),
  });
}

/** Downloads the archives among the artifacts whose names begin so, as long as they are not too many or too large. */
export async function gather(
  artifacts: readonly ListedArtifact[],
  prefix: string,
  download: (artifact: ListedArtifact) => Promise<ServiceResult<DownloadedArtifact>>,
): Promise<ServiceResult<Downloads>> {
  // Pages that are uploaded as they are have names of files.
  const wanted = artifacts.filter(({ name }) => name.startsWith(prefix) && /-\d+(?:\.\d+)?$/.test(name));
  const totalBytes = wanted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (wanted.length > most.artifacts || totalBytes > most.totalBytes)
    return failure(
      'artifacts',
      `download the artifacts ${prefix}*`,
      'hostile',
      `there are ${wanted.length} of them with ${totalBytes} bytes; at most ${most.artifacts} with ${most.totalBytes} are read`,
    );
  const downloads: ServiceResult<DownloadedArtifact>[] = [];
  for (const artifact of wanted)
    downloads.push(
      artifact.sizeBytes > defaultLimits.totalBytes
        ? failure(
            'artifacts',
            `download the artifact ${artifact.name}`,
            'hostile',
            `it has ${artifact.sizeBytes} bytes`,
          )
        : await download(artifact),
    );
  return success(downloads);
}

/** The newest artifact of a job among those of a run: of its highest attempt. */
export function newestAttempt(
  artifacts: readonly ListedArtifact[],
  prefix: string,
): ListedArtifact | undefined {
  return artifacts
    .filter(({ name }) => isAttemptOf(name, prefix))
    .sort(
      (one, other) =>
        Number(other.name.slice(prefix.length)) - Number(one.name.slice(prefix.length)) || other.id - one.id,
    )[0];
}

/** Unpacks within limits what somebody has uploaded. */
export function openArchive(bytes: Uint8Array, { limits, only }: OpenOptions): FileSet {
  try {
    return unzip(bytes, limits, (name) => only === undefined || only.includes(name));
  } catch (error) {
    if (!(error instanceof FileSetError)) throw error;
    throw new ServiceError('hostile', `it is refused: ${error.message}`);
  }
}
