import { HarnessError, isHarnessError } from '@mcp-test-harness/core/errors';
import { fileOperations, withLock, type LockOptions } from '@mcp-test-harness/core/files';
import { fingerprint, signLine, writeHead, type ChainPoint } from './chain.ts';
import { renderEvent, type AuditEvent } from './event.ts';
import { auditFiles, headOf, lockOf, type AuditFiles } from './files.ts';
import { beginFile, resumeLog, type Resumed } from './resume.ts';

export interface AuditLogOptions {
  readonly file: string;
  /** 32 bytes; whoever has them can forge the log. */
  readonly key: Buffer;
  /** A file that would grow beyond this is renamed and another begun. Default: 64 MiB. */
  readonly maxBytes?: number | undefined;
  /** Takes secrets out of everything that is written. */
  readonly scrub?: ((text: string) => string) | undefined;
  readonly now?: (() => Date) | undefined;
  readonly files?: AuditFiles | undefined;
  readonly lock?: LockOptions | undefined;
}

/** An append-only log of who did what. Several processes may write the same one. */
export interface AuditLog {
  /**
   * Resolves when the disk has the entry, and not before: what is not in the log must not be done.
   * @throws HarnessError IO_WRITE when it cannot be written, IO_READ when the log was tampered with
   */
  append(event: AuditEvent): Promise<ChainPoint>;
}

/** Entries that are written, and waited for, in one go. */
const mostInOneWrite = 256;
const defaultMaxBytes = 64 * 1024 * 1024;

interface Waiting {
  readonly event: AuditEvent;
  readonly resolve: (point: ChainPoint) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Opens a log, begins it when there is none, and mends what a crash has left.
 * @throws HarnessError IO_WRITE or IO_READ: a service whose log cannot be written must not start
 */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  const log = new FileAuditLog(options);
  await log.append({ action: 'log:open', outcome: 'succeeded', actor: { via: 'system' } });
  return log;
}

/** A file that is another one after so many looks is not being rotated. */
const mostAttempts = 5;

class FileAuditLog implements AuditLog {
  readonly #options: AuditLogOptions;
  readonly #files: AuditFiles;
  readonly #waiting: Waiting[] = [];
  #writing = false;

  constructor(options: AuditLogOptions) {
    this.#options = options;
    this.#files = options.files ?? auditFiles;
  }

  append(event: AuditEvent): Promise<ChainPoint> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ event, resolve, reject });
      if (!this.#writing) void this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, mostInOneWrite);
      try {
        const points = await this.#write(batch.map(({ event }) => event));
        for (const [index, { resolve }] of batch.entries()) resolve(points[index] as ChainPoint);
      } catch (error) {
        const failure = isHarnessError(error) ? error : cannotWrite(this.#options.file, error);
        for (const { reject } of batch) reject(failure);
      }
    }
    this.#writing = false;
  }

  async #write(events: readonly AuditEvent[]): Promise<readonly ChainPoint[]> {
    const { file, key, lock, maxBytes = defaultMaxBytes } = this.#options;
    return await withLock(
      lockOf(file),
      fileOperations,
      async () => {
        for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
          let resumed = await resumeLog(file, key, this.#files);
          if (resumed.sizeBytes >= maxBytes) {
            await this.#files.rename(file, `${file}.${String(resumed.point.seq).padStart(12, '0')}`);
            await beginFile(file, key, resumed.point, this.#files);
            resumed = { ...resumed, sizeBytes: 0 };
          }
          const points = await this.#appendTo(resumed, events);
          // logrotate knows no lock of ours: it may rename the file after the look at it.
          if (points !== undefined) return points;
        }
        throw new Error('another program replaces the file again and again');
      },
      lock,
    );
  }

  /** Undefined when the file is another one by now. */
  async #appendTo(
    resumed: Resumed,
    events: readonly AuditEvent[],
  ): Promise<readonly ChainPoint[] | undefined> {
    const { file, key, now = () => new Date(), scrub = (text) => text } = this.#options;
    const at = now();
    let point = resumed.point;
    const lines: string[] = [];
    const add = (event: AuditEvent, clean: (text: string) => string): ChainPoint => {
      const seq = point.seq + 1;
      const { line, mac } = signLine(key, point, renderEvent(event, seq, at, clean));
      lines.push(`${line}\n`);
      point = { seq, mac };
      return point;
    };
    // Words of ours are not scrubbed: the first line is what verification begins with.
    for (const event of entriesOfOurs(resumed, key)) add(event, (text) => text);
    const points = events.map((event) => add(event, scrub));
    const text = lines.join('');
    try {
      if (!(await this.#files.append(file, text, resumed.sizeBytes))) return undefined;
    } catch (error) {
      // Where this fails as well, the rest of a line is cut off before the next one is written.
      await this.#files.truncate(file, resumed.sizeBytes).catch(() => undefined);
      throw error;
    }
    const sizeBytes = resumed.sizeBytes + Buffer.byteLength(text);
    await this.#files.replace(headOf(file), writeHead(key, { ...point, sizeBytes }));
    return points;
  }
}

/** A file begins with where its chain comes from; what a crash has left is told. */
function entriesOfOurs(
  { point, sizeBytes, droppedBytes, adopted }: Resumed,
  key: Buffer,
): readonly AuditEvent[] {
  const ours = { outcome: 'succeeded', actor: { via: 'system' } } as const;
  const from = { version: 1, key: fingerprint(key) };
  const first: AuditEvent =
    point.seq === 0
      ? { ...ours, action: 'log:begin', detail: from }
      : { ...ours, action: 'log:continue', detail: { ...from, after: { seq: point.seq, mac: point.mac } } };
  return [
    ...(sizeBytes === 0 ? [first] : []),
    ...(droppedBytes > 0 || adopted > 0
      ? [{ ...ours, action: 'log:recover', detail: { droppedBytes, adoptedEntries: adopted } }]
      : []),
  ];
}

function cannotWrite(file: string, cause: unknown): HarnessError {
  return new HarnessError({
    code: 'IO_WRITE',
    message: `cannot write the audit log ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: 'Nothing that has to be logged is done until it can be. Check that the directory may be written and that there is space.',
    cause,
  });
}
