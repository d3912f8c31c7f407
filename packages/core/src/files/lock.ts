import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '../errors.ts';
import { codeOf, type FileOperations } from './file-operations.ts';

/** Who holds a lock, as its file says. */
interface Holder {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
  /** When the process started, by its system's count; tells it from a later one with the same number. */
  readonly started?: string | undefined;
  readonly since: string;
}

export interface LockOptions {
  /** How long to wait for another, in ms. */
  readonly patienceMs?: number | undefined;
  readonly pollMs?: number | undefined;
}

/** Locks of this process: one of its own number that is not among them is of an earlier life of it. */
const ours = new Set<string>();
/** A process that died while breaking a lock leaves this for no longer, in ms. */
const breakerAgeMs = 10_000;

/**
 * Does work while nobody else who asks for the same lock does. The lock of a process that has died is broken; one of
 * another machine, of which that cannot be told, is waited for.
 * @throws HarnessError IO_WRITE naming the holder when it keeps the lock; what the work throws
 */
export async function withLock<T>(
  file: string,
  files: FileOperations,
  work: () => Promise<T>,
  { patienceMs = 10_000, pollMs = 20 }: LockOptions = {},
): Promise<T> {
  const token = randomUUID();
  ours.add(token);
  try {
    await takeLock(file, token, files, patienceMs, pollMs);
    try {
      return await work();
    } finally {
      await files.remove(file);
    }
  } finally {
    ours.delete(token);
  }
}

async function takeLock(
  file: string,
  token: string,
  files: FileOperations,
  patienceMs: number,
  pollMs: number,
): Promise<void> {
  let deadline = performance.now() + patienceMs;
  let mayBreakUnreadable = true;
  while (!(await tryLock(file, token, files))) {
    if (await breakStale(file, files)) continue;
    if (performance.now() >= deadline) {
      const holder = await readHolder(file, files);
      if (holder !== 'unreadable' || !mayBreakUnreadable) throw heldError(file, holder);
      // Nobody takes that long to write a line: who began it has died.
      mayBreakUnreadable = false;
      await files.remove(file);
      deadline = performance.now() + patienceMs;
    }
    await sleep(pollMs);
  }
}

async function tryLock(file: string, token: string, files: FileOperations): Promise<boolean> {
  const holder: Holder = {
    token,
    pid: process.pid,
    host: hostname(),
    started: startOf(process.pid),
    since: new Date().toISOString(),
  };
  try {
    await files.createExclusively(file, `${JSON.stringify(holder)}\n`);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Only one breaks at a time, and looks again before it does: else two would, and the second a lock that is alive. */
async function breakStale(file: string, files: FileOperations): Promise<boolean> {
  if (!isStale(await readHolder(file, files))) return false;
  const breaker = `${file}.breaking`;
  try {
    await files.createExclusively(breaker, `${JSON.stringify({ since: new Date().toISOString() })}\n`);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    const since = Date.parse((parse(await files.read(breaker)) as Partial<Holder> | undefined)?.since ?? '');
    // An unreadable one is being written at this moment.
    if (Date.now() - since > breakerAgeMs) await files.remove(breaker);
    return false;
  }
  try {
    if (isStale(await readHolder(file, files))) await files.remove(file);
    return true;
  } finally {
    await files.remove(breaker);
  }
}

type Found = Holder | 'unreadable' | undefined;

async function readHolder(file: string, files: FileOperations): Promise<Found> {
  const text = await files.read(file);
  if (text === undefined) return undefined;
  const holder = parse(text) as Partial<Holder> | undefined;
  return typeof holder?.pid === 'number' && typeof holder.host === 'string'
    ? (holder as Holder)
    : 'unreadable';
}

function isStale(holder: Found): boolean {
  // Being written, or half written by one who died: it cannot be told.
  if (holder === undefined || holder === 'unreadable' || holder.host !== hostname()) return false;
  if (holder.pid === process.pid) return !ours.has(holder.token);
  if (!isAlive(holder.pid)) return true;
  const started = startOf(holder.pid);
  return started !== undefined && holder.started !== undefined && started !== holder.started;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Field 22 of /proc/<pid>/stat, in ticks since the start of the system; undefined elsewhere. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

function heldError(file: string, holder: Found): HarnessError {
  const who =
    holder === undefined || holder === 'unreadable'
      ? 'another process'
      : `process ${holder.pid} on ${holder.host} since ${holder.since}`;
  return new HarnessError({
    code: 'IO_WRITE',
    message: `${file} is held by ${who}`,
    hint: `Wait until it has ended. When there is no such process, remove ${file}.`,
  });
}
