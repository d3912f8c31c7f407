import { readFile } from 'node:fs/promises';
import {
  fingerprint,
  genesis,
  isSigned,
  otherKey,
  readHead,
  readLine,
  type ChainPoint,
  type ReadLine,
} from './chain.ts';
import { linesOf, unreadable } from './lines.ts';

export interface VerifyOptions {
  /** The log and its rotated parts, in any order; `.gz` is unpacked. */
  readonly files: readonly string[];
  readonly key: Buffer;
  /** The file that says where the log ends; undefined for parts that are not its end. */
  readonly headFile: string | undefined;
  /** A head that was noted elsewhere: the entry with that number must be there, and be that one. */
  readonly expected?: ChainPoint | undefined;
}

/** What was found. */
export type AuditVerdict =
  | {
      readonly state: 'intact';
      readonly first: number;
      readonly last: ChainPoint;
      readonly files: readonly string[];
      readonly notes: readonly string[];
    }
  | {
      readonly state: 'broken';
      readonly file: string;
      /** From 1. */
      readonly line: number;
      readonly reason: string;
    };

/**
 * Whether every entry is there and as it was written, from the first that is given to the head; the first place where it
 * is not.
 * @throws HarnessError IO_READ for a file that cannot be read
 */
export async function verifyAuditLog(options: VerifyOptions): Promise<AuditVerdict> {
  try {
    return await new Verification(options).run();
  } catch (error) {
    if (error instanceof Break)
      return { state: 'broken', file: error.file, line: error.line, reason: error.message };
    throw error;
  }
}

class Verification {
  readonly #options: VerifyOptions;
  readonly #notes: string[] = [];
  #point: ChainPoint | undefined;
  #first: number | undefined;
  #head: ChainPoint | undefined;
  #sawHead = false;
  #sawExpected = false;
  #end = { file: '', line: 0 };

  constructor(options: VerifyOptions) {
    this.#options = options;
  }

  async run(): Promise<AuditVerdict> {
    const { headFile, expected } = this.#options;
    if (headFile !== undefined) this.#head = await this.#readHead(headFile);
    this.#meet(genesis);
    const files = await inOrder(this.#options.files);
    for (const [index, file] of files.entries()) await this.#readFile(file, index === files.length - 1);
    if (this.#head !== undefined && !this.#sawHead)
      throw this.#lacks(this.#head, headFile ?? '', 'that the head tells of');
    if (expected !== undefined && !this.#sawExpected)
      throw this.#lacks(expected, headFile ?? '', 'that was expected');
    const [first, last] = [this.#first, this.#point];
    if (first === undefined || last === undefined)
      throw new Break(headFile ?? '', 1, 'there is no entry at all');
    if (first > 1) this.#notes.push(`entries 1 to ${first - 1} are in files that were not given`);
    if (this.#head !== undefined && last.seq > this.#head.seq)
      this.#notes.push(
        `entries from ${this.#head.seq + 1} on are being acknowledged, or a process died before that`,
      );
    return { state: 'intact', first, last, files, notes: this.#notes };
  }

  async #readHead(file: string): Promise<ChainPoint> {
    const text = await readText(file);
    if (text === undefined)
      throw new Break(
        file,
        1,
        'the head is missing, so whether entries are missing at the end cannot be said',
      );
    const reading = readHead(this.#options.key, text);
    if (reading.state === 'broken')
      throw new Break(file, 1, `the head cannot be believed: ${reading.reason}`);
    return reading.head;
  }

  async #readFile(file: string, isLast: boolean): Promise<void> {
    let line = 0;
    for await (const { text, isWhole } of linesOf(file)) {
      line += 1;
      if (!isWhole) {
        this.#readTorn(file, line, isLast);
        return;
      }
      this.#readEntry(file, line, text);
    }
  }

  /** A line without its end, which is no fault where it was never acknowledged. */
  #readTorn(file: string, line: number, isLast: boolean): void {
    const acknowledged = this.#head !== undefined && !this.#sawHead;
    if (!isLast || acknowledged || this.#head === undefined)
      throw new Break(file, line, 'the line has no end: it was cut off, or changed');
    this.#notes.push(
      `${file}:${line} is the beginning of an entry: it is being written, or a process died and the next writer cuts it off; nobody was told that it was written`,
    );
  }

  #readEntry(file: string, line: number, text: string): void {
    const { key } = this.#options;
    const entry = readLine(text);
    if (entry === undefined) throw new Break(file, line, 'the line is no entry: it was changed');
    const previous = line === 1 ? this.#begin(file, entry) : this.#point;
    if (previous === undefined)
      throw new Break(file, line, 'the file does not begin with where its chain comes from');
    if (entry.seq !== previous.seq + 1)
      throw new Break(
        file,
        line,
        `entry ${entry.seq} stands where entry ${previous.seq + 1} should: a line was removed, inserted, moved or changed`,
      );
    if (!isSigned(key, previous, entry))
      throw new Break(file, line, `entry ${entry.seq} is not as it was written`);
    this.#first ??= entry.seq;
    this.#point = { seq: entry.seq, mac: entry.mac };
    this.#end = { file, line };
    this.#meet(this.#point);
  }

  /** The point that the first line of a file follows. */
  #begin(file: string, entry: ReadLine): ChainPoint | undefined {
    const origin = readOrigin(entry.body);
    if (origin === undefined) return undefined;
    if (origin.key !== fingerprint(this.#options.key))
      throw new Break(file, 1, otherKey(origin.key, this.#options.key));
    const known = this.#point;
    if (known === undefined || (origin.after.seq === known.seq && origin.after.mac === known.mac))
      return origin.after;
    throw new Break(
      file,
      1,
      origin.after.seq > known.seq
        ? `entries ${known.seq + 1} to ${origin.after.seq} are missing before this file`
        : `the file begins with entry ${entry.seq}, and entry ${known.seq} came before it: a line or a file was inserted, moved or changed`,
    );
  }

  #meet(point: ChainPoint): void {
    const is = (other: ChainPoint | undefined): boolean =>
      other?.seq === point.seq && other.mac === point.mac;
    if (is(this.#head)) this.#sawHead = true;
    if (is(this.#options.expected)) this.#sawExpected = true;
  }

  #lacks(wanted: ChainPoint, headFile: string, which: string): Break {
    const { file, line } = this.#end.line === 0 ? { file: headFile, line: 1 } : this.#end;
    const last = this.#point?.seq ?? 0;
    if (last < wanted.seq)
      return new Break(
        file,
        this.#end.line + 1,
        `entries ${last + 1} to ${wanted.seq} are missing: the end was cut off`,
      );
    if (wanted.seq < (this.#first ?? 0))
      return new Break(file, line, `entry ${wanted.seq}, ${which}, is in a file that was not given`);
    return new Break(file, line, `entry ${wanted.seq} is not the one ${which}`);
  }
}

/** Where the log stops being what was written. */
class Break extends Error {
  readonly file: string;
  readonly line: number;

  constructor(file: string, line: number, reason: string) {
    super(reason);
    this.file = file;
    this.line = line;
  }
}

interface Origin {
  readonly key: string;
  readonly after: ChainPoint;
}

/** Not checked yet: the line that it stands in is signed. */
function readOrigin(body: string): Origin | undefined {
  let entry: {
    readonly action?: unknown;
    readonly detail?: { readonly key?: unknown; readonly after?: Partial<ChainPoint> };
  };
  try {
    entry = JSON.parse(body) as typeof entry;
  } catch {
    return undefined;
  }
  const { action, detail } = entry;
  if (typeof detail?.key !== 'string') return undefined;
  if (action === 'log:begin') return { key: detail.key, after: genesis };
  const { seq, mac } = detail.after ?? {};
  if (action !== 'log:continue' || typeof seq !== 'number' || typeof mac !== 'string') return undefined;
  return { key: detail.key, after: { seq, mac } };
}

/** By the number of their first entry; files without any are left out. */
async function inOrder(files: readonly string[]): Promise<readonly string[]> {
  const firsts: { readonly file: string; readonly seq: number }[] = [];
  for (const file of files) {
    for await (const { text } of linesOf(file)) {
      const seq = readLine(text)?.seq ?? /^\{"seq":(\d{1,15})\D/.exec(text)?.[1];
      firsts.push({ file, seq: Number(seq ?? 0) });
      break;
    }
  }
  return firsts.toSorted((a, b) => a.seq - b.seq).map(({ file }) => file);
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'latin1');
  } catch (cause) {
    if ((cause as { readonly code?: string }).code === 'ENOENT') return undefined;
    throw unreadable(file, cause);
  }
}
