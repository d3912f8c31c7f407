import { basename, join } from 'node:path';
import { applyEvent, replayEvents, type Retention } from '../apply-event.ts';
import type { Baseline, BaselineEvent } from '../document-schema.ts';
import { HarnessError, isHarnessError } from '../../errors.ts';
import { longestBaseline, parseBaseline, parseJournal, writeBaseline } from '../parse-baseline.ts';
import type { BaselineStore, BaselineVersion, FoundBaseline, NewEvent, Rebuilt } from './define.ts';
import { fileOperations, withLock, type FileOperations, type LockOptions } from '../../files/index.ts';
import { reading, writing } from './explain-errors.ts';
import { findBaselines } from './find-baselines.ts';
import { suiteDirectory, suiteOfDirectory } from './suite-directory.ts';
import { numbersOfVersions, versionName } from './version-names.ts';

export interface FileStoreOptions {
  readonly directory: string;
  readonly single: boolean;
  readonly retention: Retention;
  /** For tests. */
  readonly files?: FileOperations | undefined;
  readonly lock?: LockOptions | undefined;
}

const documentName = 'baseline.json';
const journalName = 'history.jsonl';
const lockName = '.baseline.lock';
/** Earlier versions that stay. */
const mostVersions = 20;

/**
 * Baselines as files. The journal is written first and the document after it, by renaming: a crash between the two
 * leaves the old document, and the next change makes up for it.
 */
export class FileStore implements BaselineStore {
  readonly place: string;
  readonly #options: FileStoreOptions;
  readonly #files: FileOperations;

  constructor(options: FileStoreOptions) {
    this.place = options.directory;
    this.#options = options;
    this.#files = options.files ?? fileOperations;
  }

  async suites(): Promise<readonly string[]> {
    const hasBaseline = async (directory: string): Promise<boolean> => {
      const names: readonly string[] = await this.#files.list(directory).catch(() => []);
      return names.includes(documentName) || names.includes(journalName);
    };
    return await reading(this.place, async () => {
      if (this.#options.single) {
        if (!(await hasBaseline(this.place))) return [];
        const known = await this.#readDocument(join(this.place, documentName)).catch(() => undefined);
        return [known?.suite ?? basename(this.place)];
      }
      const found: string[] = [];
      for (const name of await this.#files.list(this.place)) {
        const suite = suiteOfDirectory(name);
        if (suite !== undefined && (await hasBaseline(join(this.place, name)))) found.push(suite);
      }
      return found.toSorted();
    });
  }

  async list(): Promise<readonly FoundBaseline[]> {
    const places = await reading(this.place, () => findBaselines(this.place, documentName));
    return await Promise.all(
      places.map(async (place) => {
        try {
          const baseline = await this.#readDocument(place);
          return { suite: baseline?.suite, place, baseline };
        } catch (error) {
          if (!isHarnessError(error)) throw error;
          return { suite: undefined, place, baseline: undefined, error };
        }
      }),
    );
  }

  async read(suite: string): Promise<Baseline | undefined> {
    const file = this.#file(suite, documentName);
    const baseline = await this.#readDocument(file);
    if (baseline === undefined || baseline.suite === suite) return baseline;
    throw new HarnessError({
      code: 'IO_READ',
      message: `${file} is the baseline of suite "${baseline.suite}", not of "${suite}"`,
      hint: 'Keep each suite in a directory of its own.',
    });
  }

  async change(
    suite: string,
    decide: (current: Baseline | undefined) => NewEvent | undefined,
  ): Promise<Baseline | undefined> {
    return await this.#locked(suite, async () => {
      const journal = await this.#readJournal(suite);
      const stored = await this.read(suite);
      const current = catchUp(stored, journal.events, suite, this.#options.retention);
      const wanted = decide(current);
      if (wanted === undefined) return current;
      const last = Math.max(current?.sequence ?? 0, journal.events.at(-1)?.sequence ?? 0);
      const event: BaselineEvent = { ...wanted, sequence: last + 1 };
      const next = applyEvent(current, event, suite, this.#options.retention);
      if (next === undefined) {
        throw new HarnessError({
          code: 'IO_WRITE',
          message: `suite "${suite}" has no baseline that a run could be added to`,
          hint: 'Make one: mcp-test-harness benchmark --establish-baseline.',
        });
      }
      await this.#append(suite, event, journal.text);
      if (event.event !== 'recorded' && stored !== undefined) await this.#keepVersion(suite, stored);
      await this.#replace(this.#file(suite, documentName), writeBaseline(next));
      await this.#compactJournal(suite, next);
      return next;
    });
  }

  async events(suite: string): Promise<readonly BaselineEvent[]> {
    return (await this.#readJournal(suite)).events;
  }

  async versions(suite: string): Promise<readonly BaselineVersion[]> {
    const directory = this.#directory(suite);
    const numbers = numbersOfVersions(await reading(directory, () => this.#files.list(directory)));
    return await Promise.all(
      numbers.map(async (number) => {
        try {
          return { number, baseline: await this.#readDocument(join(directory, versionName(number))) };
        } catch (error) {
          if (!isHarnessError(error)) throw error;
          return { number, baseline: undefined, error };
        }
      }),
    );
  }

  async rebuild(suite: string): Promise<Rebuilt> {
    return await this.#locked(suite, async () => {
      const { events, faultyLines } = await this.#readJournal(suite);
      const replayed = replayEvents(events, suite, this.#options.retention);
      const versions = await this.versions(suite);
      const newest = versions.findLast(({ baseline }) => baseline?.suite === suite);
      const baseline = replayed ?? catchUp(newest?.baseline, events, suite, this.#options.retention);
      if (baseline === undefined) {
        throw new HarnessError({
          code: 'IO_READ',
          message: `${this.#directory(suite)} holds nothing that a baseline could be rebuilt from: no approved run in ${journalName}, and no earlier version that can be read`,
          hint: 'Measure again: mcp-test-harness benchmark --establish-baseline.',
        });
      }
      await this.#replace(this.#file(suite, documentName), writeBaseline(baseline));
      const from = replayed === undefined ? versionName(newest?.number ?? 0) : journalName;
      return { baseline, events: events.length, faultyLines, from };
    });
  }

  async setAside(suite: string): Promise<string | undefined> {
    return await this.#locked(suite, async () => {
      const file = this.#file(suite, documentName);
      if ((await this.#files.size(file)) === undefined) return undefined;
      const aside = `${file}.corrupt`;
      await this.#files.rename(file, aside);
      return aside;
    });
  }

  async probe(suite: string): Promise<void> {
    const file = this.#file(suite, `.${process.pid}.probe`);
    await writing(file, async () => {
      await this.#files.makeDirectory(this.#directory(suite));
      await this.#files.write(file, '');
      await this.#files.remove(file);
    });
  }

  #directory(suite: string): string {
    return this.#options.single ? this.place : join(this.place, suiteDirectory(suite));
  }

  #file(suite: string, name: string): string {
    return join(this.#directory(suite), name);
  }

  async #readDocument(file: string): Promise<Baseline | undefined> {
    const text = await reading(file, () => readBounded(file, this.#files));
    return text === undefined ? undefined : await parseBaseline(text, file);
  }

  async #readJournal(suite: string): Promise<{
    readonly text: string;
    readonly events: readonly BaselineEvent[];
    readonly faultyLines: readonly number[];
  }> {
    const file = this.#file(suite, journalName);
    const text = (await reading(file, () => readBounded(file, this.#files))) ?? '';
    return { text, ...(await parseJournal(text)) };
  }

  async #locked<T>(suite: string, work: () => Promise<T>): Promise<T> {
    const directory = this.#directory(suite);
    return await writing(directory, async () => {
      await this.#files.makeDirectory(directory);
      return await withLock(join(directory, lockName), this.#files, work, this.#options.lock);
    });
  }

  /** A line that a crash has cut off ends before the new one. When the disk is full, what was there stays as it was. */
  async #append(suite: string, event: BaselineEvent, text: string): Promise<void> {
    const file = this.#file(suite, journalName);
    const isTorn = text !== '' && !text.endsWith('\n');
    try {
      await this.#files.append(file, `${isTorn ? '\n' : ''}${JSON.stringify(event)}\n`);
    } catch (error) {
      await this.#files.truncate(file, Buffer.byteLength(text)).catch(() => undefined);
      throw error;
    }
  }

  async #keepVersion(suite: string, baseline: Baseline): Promise<void> {
    const directory = this.#directory(suite);
    const numbers = numbersOfVersions(await this.#files.list(directory));
    await this.#replace(join(directory, versionName((numbers.at(-1) ?? 0) + 1)), writeBaseline(baseline));
    for (const number of numbers.slice(0, Math.max(0, numbers.length + 1 - mostVersions)))
      await this.#files.remove(join(directory, versionName(number)));
  }

  /** Lines of runs that retention has dropped are dropped too, once they are many; who approved what stays. */
  async #compactJournal(suite: string, baseline: Baseline): Promise<void> {
    const { events } = await this.#readJournal(suite);
    const kept = new Set(baseline.history.map(({ id }) => id));
    const wanted = events.filter((event) => event.event !== 'recorded' || kept.has(event.run.id));
    if (events.length - wanted.length <= Math.max(this.#options.retention.runs, 1)) return;
    const text = wanted.map((event) => `${JSON.stringify(event)}\n`).join('');
    await this.#replace(this.#file(suite, journalName), text);
  }

  /** Readers see the old file or the new one. */
  async #replace(file: string, text: string): Promise<void> {
    const temporary = `${file}.${process.pid}.tmp`;
    try {
      await this.#files.write(temporary, text);
      await this.#files.rename(temporary, file);
    } catch (error) {
      await this.#files.remove(temporary).catch(() => undefined);
      throw error;
    }
    await this.#files.syncDirectory(join(file, '..'));
  }
}

/** The document with what its journal has and it has not: a crash came between the two. */
function catchUp(
  stored: Baseline | undefined,
  events: readonly BaselineEvent[],
  suite: string,
  retention: Retention,
): Baseline | undefined {
  return events
    .filter(({ sequence }) => sequence > (stored?.sequence ?? 0))
    .reduce<Baseline | undefined>((baseline, event) => applyEvent(baseline, event, suite, retention), stored);
}

async function readBounded(file: string, files: FileOperations): Promise<string | undefined> {
  const size = await files.size(file);
  if (size === undefined) return undefined;
  // A character may take four bytes.
  if (size <= longestBaseline * 4) return await files.read(file);
  throw new HarnessError({
    code: 'IO_READ',
    message: `${file} is too large for a baseline: ${size} bytes`,
    hint: 'Write it again with `mcp-test-harness baseline rebuild`, or remove it.',
    location: { file, line: 1, column: 1 },
  });
}
