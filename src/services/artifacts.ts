import { mkdtemp, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAttemptOf } from './artifact-name.ts';
import type { ServiceBudget } from './budget.ts';
import { failure, ServiceError, type ServiceResult } from './fault.ts';
import {
  defaultLimits,
  type FileLimits,
  type FileSet,
  FileSetError,
  removeFolder,
  writeFolder,
} from './file-set.ts';
import type { GitHubApi } from './github-api.ts';
import { type LogOutput, readToolkitLog } from './toolkit-log.ts';
import { unzip } from './unzip.ts';

/** What we need of `@actions/artifact`: `DefaultArtifactClient`. */
export interface ArtifactClient {
  uploadArtifact(
    name: string,
    files: string[],
    rootDirectory: string,
    options?: { readonly retentionDays?: number; readonly skipArchive?: boolean },
  ): Promise<{ readonly id?: number; readonly size?: number; readonly digest?: string }>;
  listArtifacts(options?: { readonly latest?: boolean }): Promise<{
    readonly artifacts: readonly { readonly name: string; readonly id: number; readonly size: number }[];
  }>;
  downloadArtifact(
    id: number,
    options?: { readonly path?: string; readonly skipDecompress?: boolean },
  ): Promise<unknown>;
}

export interface UploadedArtifact {
  readonly id: number;
  readonly name: string;
  /** For people: the page that gives it. */
  readonly url: string;
}

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

const uploadDeadlineMs = 30_000;
const deadlineMs = 20_000;
/** Jobs of one matrix. */
const mostArtifacts = 300;

/** The artifacts of a run. */
export class Artifacts {
  readonly #budget: ServiceBudget;
  readonly #temporary: string;
  readonly #serverUrl: string;
  readonly #runUrl: string;
  readonly #load: () => Promise<ArtifactClient>;
  readonly #output: LogOutput;
  readonly #limits: FileLimits;

  constructor(options: {
    readonly budget: ServiceBudget;
    /** RUNNER_TEMP. */
    readonly temporaryFolder: string;
    /** GITHUB_SERVER_URL. */
    readonly serverUrl: string;
    /** The page of this run. */
    readonly runUrl: string;
    readonly load?: () => Promise<ArtifactClient>;
    readonly output?: LogOutput;
    readonly limits?: FileLimits;
  }) {
    this.#budget = options.budget;
    this.#temporary = options.temporaryFolder;
    this.#serverUrl = options.serverUrl;
    this.#runUrl = options.runUrl;
    this.#load = options.load ?? loadToolkit;
    this.#output = options.output ?? process.stdout;
    this.#limits = options.limits ?? defaultLimits;
  }

  /**
   * Uploads files as one artifact. A name that is taken (two jobs with the same key, or an upload that broke half-way)
   * gets a number behind it: `name.2`.
   */
  async upload(
    name: string,
    files: FileSet,
    options: { readonly retentionDays?: number | undefined } = {},
  ): Promise<ServiceResult<UploadedArtifact>> {
    const what = `upload the artifact ${name}`;
    return this.#upload(what, files, (client, folder, paths, attempt) => {
      const numbered = attempt === 1 ? name : `${name}.${attempt}`;
      return this.#uploaded(
        numbered,
        client.uploadArtifact(numbered, paths, folder, retention(options.retentionDays)),
      );
    });
  }

  /**
   * Uploads one file as it is, without an archive around it, so that a browser opens it. Its name is the artifact's, so
   * it has to be as unique as that.
   */
  async uploadPage(
    name: string,
    content: Uint8Array,
    options: { readonly retentionDays?: number | undefined } = {},
  ): Promise<ServiceResult<UploadedArtifact>> {
    const what = `upload ${name}`;
    const dot = name.lastIndexOf('.');
    const numbered = (attempt: number): string =>
      attempt === 1 ? name : `${name.slice(0, dot)}.${attempt}${name.slice(dot)}`;
    return this.#upload(
      what,
      // Three names for three attempts: the file itself has to carry the name.
      new Map([1, 2, 3].map((attempt) => [numbered(attempt), content])),
      (client, folder, _paths, attempt) =>
        this.#uploaded(
          numbered(attempt),
          client.uploadArtifact(numbered(attempt), [join(folder, numbered(attempt))], folder, {
            ...retention(options.retentionDays),
            skipArchive: true,
          }),
        ),
    );
  }

  /**
   * Artifacts of this run whose names begin so, with what is in them: by the run's own token, so that no permission is
   * needed.
   */
  async downloadOfThisRun(
    prefix: string,
  ): Promise<ServiceResult<readonly ServiceResult<DownloadedArtifact>[]>> {
    const listed = await this.#call('list the artifacts of this run', deadlineMs, async (client) => {
      const { artifacts } = await client.listArtifacts({ latest: true });
      // Pages that are uploaded as they are have names of files.
      return artifacts.filter(({ name }) => name.startsWith(prefix) && /-\d+(?:\.\d+)?$/.test(name));
    });
    if (!listed.ok) return listed;
    if (listed.value.length > mostArtifacts)
      return failure(
        'artifacts',
        'download the artifacts of this run',
        'hostile',
        `there are ${listed.value.length} of them, more than ${mostArtifacts}`,
      );
    const downloaded: ServiceResult<DownloadedArtifact>[] = [];
    for (const { id, name, size } of listed.value)
      downloaded.push(await this.#download({ id, name, sizeBytes: size }));
    return { ok: true, value: downloaded };
  }

  async #download({ id, name, sizeBytes }: ListedArtifact): Promise<ServiceResult<DownloadedArtifact>> {
    const what = `download the artifact ${name}`;
    if (sizeBytes > this.#limits.totalBytes)
      return failure('artifacts', what, 'hostile', `it has ${sizeBytes} bytes`);
    return this.#call(what, deadlineMs, async (client) => {
      const folder = await mkdtemp(join(this.#temporary, 'mcp-test-harness-artifact-'));
      try {
        await client.downloadArtifact(id, { path: folder, skipDecompress: true });
        // The one file there has a name that the service has chosen.
        const [file, ...others] = await readdir(folder);
        if (file === undefined || others.length > 0)
          throw new ServiceError('malformed', 'the download is not one file', { transient: true });
        const place = join(folder, file);
        if ((await stat(place)).size > this.#limits.totalBytes)
          throw new ServiceError('hostile', 'it is larger than announced');
        return { name, files: openArchive(await readFile(place), this.#limits) };
      } finally {
        await removeFolder(folder);
      }
    });
  }

  async #upload(
    what: string,
    files: FileSet,
    send: (
      client: ArtifactClient,
      folder: string,
      paths: string[],
      attempt: number,
    ) => Promise<UploadedArtifact>,
  ): Promise<ServiceResult<UploadedArtifact>> {
    if (files.size === 0) return failure('artifacts', what, 'rejected', 'there are no files');
    const folder = await mkdtemp(join(this.#temporary, 'mcp-test-harness-upload-'));
    let uploading = 0;
    try {
      await writeFolder(folder, files);
      const paths = [...files.keys()].map((name) => join(folder, name));
      return await this.#call(what, uploadDeadlineMs, async (client, attempt) => {
        uploading++;
        try {
          return await send(client, folder, paths, attempt);
        } catch (error) {
          // The next attempt has another name.
          if (attempt < 3 && /\(409\)/.test(String(error)))
            throw new ServiceError('conflict', 'the name is taken', { transient: true, retryAfterMs: 0 });
          throw error;
        } finally {
          uploading--;
        }
      });
    } finally {
      // An upload that was given up may still read its files; the runner empties its folder after the job.
      if (uploading === 0) await removeFolder(folder);
    }
  }

  async #uploaded(
    name: string,
    upload: ReturnType<ArtifactClient['uploadArtifact']>,
  ): Promise<UploadedArtifact> {
    const { id } = await upload;
    if (id === undefined) throw new ServiceError('malformed', 'the upload has no id');
    return { id, name, url: `${this.#runUrl}/artifacts/${id}` };
  }

  async #call<T>(
    what: string,
    deadline: number,
    run: (client: ArtifactClient, attempt: number) => Promise<T>,
  ): Promise<ServiceResult<T>> {
    if (isEnterpriseServer(this.#serverUrl))
      return failure(
        'artifacts',
        what,
        'unsupported',
        'GitHub Enterprise Server has no artifacts of version 4, which this action needs; everything else works',
      );
    const client = await this.#load();
    return this.#budget.call({
      service: 'artifacts',
      what,
      deadlineMs: deadline,
      unstoppable: true,
      run: ({ number }) => readToolkitLog(() => run(client, number), this.#output),
    });
  }
}

/**
 * Artifacts of another run, through the API (`actions: read`): what a fork's run left for the workflow that comments, or
 * a baseline. Nothing that they hold is trusted.
 */
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

/** Downloads one of them and unpacks it in memory, within limits. */
export async function downloadArtifact(
  api: GitHubApi,
  artifact: ListedArtifact,
  limits: FileLimits = defaultLimits,
): Promise<ServiceResult<DownloadedArtifact>> {
  const what = `download the artifact ${artifact.name}`;
  if (artifact.sizeBytes > limits.totalBytes)
    return failure('artifacts', what, 'hostile', `it has ${artifact.sizeBytes} bytes`);
  return api.download({
    what,
    route: 'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}',
    parameters: { artifact_id: artifact.id, archive_format: 'zip' },
    limitBytes: limits.totalBytes,
    read: (bytes) => ({ name: artifact.name, files: openArchive(bytes, limits) }),
  });
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

/** As the toolkit decides it. */
export function isEnterpriseServer(serverUrl: string): boolean {
  const host = new URL(serverUrl).hostname.toLowerCase();
  return host !== 'github.com' && !host.endsWith('.ghe.com') && !host.endsWith('.localhost');
}

function openArchive(bytes: Uint8Array, limits: FileLimits): FileSet {
  try {
    return unzip(bytes, limits);
  } catch (error) {
    if (!(error instanceof FileSetError)) throw error;
    throw new ServiceError('hostile', `it is refused: ${error.message}`);
  }
}

function retention(retentionDays: number | undefined): { readonly retentionDays?: number } {
  return retentionDays === undefined ? {} : { retentionDays };
}

async function loadToolkit(): Promise<ArtifactClient> {
  const { DefaultArtifactClient } = await import('@actions/artifact');
  return new DefaultArtifactClient();
}
