import { readLine } from './chain.ts';
import { findParts } from './files.ts';
import { linesOf } from './lines.ts';

/** An entry as it stands in the log; who wants to believe it verifies the log. */
export type AuditEntry = Readonly<Record<string, unknown>> & { readonly seq: number };

/**
 * The newest entries before a number, newest first. Rotated parts are read as far as they are needed.
 * @throws HarnessError IO_READ
 */
export async function readAuditEntries(options: {
  readonly file: string;
  /** At most so many. */
  readonly limit: number;
  /** Entries with a smaller number; the newest when absent. */
  readonly before?: number | undefined;
}): Promise<readonly AuditEntry[]> {
  const { file, limit, before = Number.POSITIVE_INFINITY } = options;
  const parts: { readonly file: string; readonly first: number }[] = [];
  for (const part of await findParts(file)) {
    const first = await firstNumber(part);
    if (first !== undefined && first < before) parts.push({ file: part, first });
  }
  const entries: AuditEntry[] = [];
  for (const part of parts.toSorted((one, other) => other.first - one.first)) {
    if (entries.length >= limit) break;
    entries.push(...(await lastEntries(part.file, limit - entries.length, before)).toReversed());
  }
  return entries;
}

async function firstNumber(file: string): Promise<number | undefined> {
  for await (const { text } of linesOf(file)) return readLine(text)?.seq;
  return undefined;
}

/** Read from the beginning, since a packed part has no other way; only what is kept is parsed. */
async function lastEntries(file: string, limit: number, before: number): Promise<readonly AuditEntry[]> {
  const kept: string[] = [];
  for await (const { text } of linesOf(file)) {
    const read = readLine(text);
    if (read === undefined) continue;
    if (read.seq >= before) break;
    kept.push(read.body);
    // Rarely, so that a long part is not moved line by line.
    if (kept.length > 2 * limit + 1000) kept.splice(0, kept.length - limit);
  }
  return kept.slice(-limit).map((body) => JSON.parse(body) as AuditEntry);
}
