import { mkdtemp, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type DownloadedArtifact,
  type Downloads,
  gather,
  type ListedArtifact,
  openArchive,
} from './artifacts-of-run.ts';
import type { ServiceBudget } from './budget.ts';
import { failure, ServiceError, type ServiceResult } from './fault.ts';
import {
  defaultLimits,
  type FileLimits,
  type FileSet,
  listPlainFiles,
  removeFolder,
  writeFolder,
} from './file-set.ts';
import { type LogOutput, readToolkitLog } from './toolkit-log.ts';

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

const uploadDeadlineMs = 30_000;
const deadlineMs = 20_000;

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
    return await this.#uploadFiles(files, (folder) => this.uploadFolder(name, folder, options));
  }

  /**
   * As {@link upload}, with the plain files of a folder where they are. Links are left out: the toolkit would follow them,
   * and a server under test may have put one there that leads to what should stay on the machine.
   */
  async uploadFolder(
    name: string,
    folder: string,
    options: {
      readonly retentionDays?: number | undefined;
      readonly includes?: (file: string) => boolean;
    } = {},
  ): Promise<ServiceResult<UploadedArtifact>> {
    const what = `upload the artifact ${name}`;
    const { includes = () => true } = options;
    const listed = await listPlainFiles(folder).catch((error: unknown) => String(error));
    if (typeof listed === 'string') return failure('artifacts', what, 'rejected', listed);
    const paths = listed.filter(includes).map((file) => join(folder, file));
    if (paths.length === 0) return failure('artifacts', what, 'rejected', 'there are no files');
    return await this.#send(what, async (client, attempt) => {
      const numbered = attempt === 1 ? name : `${name}.${attempt}`;
      const sent = await client.uploadArtifact(numbered, paths, folder, retention(options.retentionDays));
      return this.#uploaded(numbered, sent.id);
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
    const dot = name.lastIndexOf('.');
    const numbered = (attempt: number): string =>
      attempt === 1 ? name : `${name.slice(0, dot)}.${attempt}${name.slice(dot)}`;
    // Three names for three attempts: the file itself has to carry the name.
    const pages = new Map([1, 2, 3].map((attempt) => [numbered(attempt), content]));
    return await this.#uploadFiles(pages, (folder) =>
      this.#send(`upload ${name}`, async (client, attempt) => {
        const file = numbered(attempt);
        const sent = await client.uploadArtifact(file, [join(folder, file)], folder, {
          ...retention(options.retentionDays),
          skipArchive: true,
        });
        return this.#uploaded(file, sent.id);
      }),
    );
  }

  /**
   * Artifacts of this run whose names begin so, with the wanted files of each: by the run's own token, so that no
   * permission is needed.
   */
  async downloadOfThisRun(prefix: string, only?: readonly string[]): Promise<ServiceResult<Downloads>> {
    const what = 'list the artifacts of this run';
    const listed = await this.#call(what, deadlineMs, async (client) => {
      const { artifacts } = await client.listArtifacts({ latest: true });
      return artifacts.map(({ id, name, size }) => ({ id, name, sizeBytes: size }));
    });
    if (!listed.ok) return listed;
    return await gather(listed.value, prefix, (artifact) => this.#download(artifact, only));
  }

  #download(
    { id, name }: ListedArtifact,
    only: readonly string[] | undefined,
  ): Promise<ServiceResult<DownloadedArtifact>> {
    return this.#call(`download the artifact ${name}`, deadlineMs, async (client) => {
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
        return { name, files: openArchive(await readFile(place), { limits: this.#limits, only }) };
      } finally {
        await removeFolder(folder);
      }
    });
  }

  /** Files in a folder of their own as long as they are uploaded. */
  async #uploadFiles(
    files: FileSet,
    upload: (folder: string) => Promise<ServiceResult<UploadedArtifact>>,
  ): Promise<ServiceResult<UploadedArtifact>> {
    try {
      const folder = await mkdtemp(join(this.#temporary, 'mcp-test-harness-upload-'));
      await writeFolder(folder, files);
      const uploaded = await upload(folder);
      // One that has failed may still be reading, and break without its files; the runner empties its folder itself.
      if (uploaded.ok) await removeFolder(folder);
      return uploaded;
    } catch (error) {
      return failure('artifacts', 'write the files to upload', 'rejected', String(error));
    }
  }

  /** Sends something until its name is free. */
  #send(
    what: string,
    send: (client: ArtifactClient, attempt: number) => Promise<UploadedArtifact>,
  ): Promise<ServiceResult<UploadedArtifact>> {
    return this.#call(what, uploadDeadlineMs, async (client, attempt) => {
      try {
        return await send(client, attempt);
      } catch (error) {
        // The next attempt has another name.
        if (attempt < 3 && /\(409\)/.test(String(error)))
          throw new ServiceError('conflict', 'the name is taken', { transient: true, retryAfterMs: 0 });
        throw error;
      }
    });
  }

  #uploaded(name: string, id: number | undefined): UploadedArtifact {
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
    return this.#budget.call({
      service: 'artifacts',
      what,
      deadlineMs: deadline,
      unstoppable: true,
      run: async ({ number }) => {
        const client = await this.#load();
        return await readToolkitLog(() => run(client, number), this.#output);
      },
    });
  }
}

/** As the toolkit decides it. */
export function isEnterpriseServer(serverUrl: string): boolean {
  const host = new URL(serverUrl).hostname.toLowerCase();
  return host !== 'github.com' && !host.endsWith('.ghe.com') && !host.endsWith('.localhost');
}

function retention(retentionDays: number | undefined): { readonly retentionDays?: number } {
  return retentionDays === undefined ? {} : { retentionDays };
}

async function loadToolkit(): Promise<ArtifactClient> {
  const { DefaultArtifactClient } = await import('@actions/artifact');
  return new DefaultArtifactClient();
}
