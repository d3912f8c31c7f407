import { open, type FileHandle } from 'node:fs/promises';

type Syncable = Pick<FileHandle, 'datasync' | 'close'>;
type OpenFile = (file: string, flags: string) => Promise<Syncable>;

/**
 * Waits for the disk in SQLite's place. With `synchronous = FULL` each commit would hold up the whole process until the
 * disk has it, some 10 ms where there is much to do; here only those wait who wrote, and those who wait together wait once.
 * See "Durability" of https://www.sqlite.org/wal.html: a transaction lasts when its frames in the journal do.
 */
export class JournalSync {
  readonly #file: string;
  readonly #open: OpenFile;
  #handle: Syncable | undefined;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /** @param database its file; the journal lies beside it from the first transaction on */
  constructor(database: string, openFile: OpenFile = open) {
    this.#file = `${database}-wal`;
    this.#open = openFile;
  }

  /** Resolves when all that was committed before the call is on the disk. */
  async durable(): Promise<void> {
    if (this.#running === undefined) return await this.#start();
    // What goes on may have begun before the commit.
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.#start();
      });
    return await this.#next;
  }

  async close(): Promise<void> {
    await (this.#next ?? this.#running)?.catch(() => undefined);
    await this.#handle?.close();
  }

  #start(): Promise<void> {
    this.#running = this.#sync().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #sync(): Promise<void> {
    // SQLite keeps its file while a connection is open.
    this.#handle ??= await this.#open(this.#file, 'r+');
    await this.#handle.datasync();
  }
}
