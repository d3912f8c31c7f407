import { closeSync, openSync, readSync, readdirSync } from 'node:fs';
import { uptime } from 'node:os';
import { runTagVariable } from './run-tag.ts';
import type { ProcessSample } from './process-sample.ts';

/**
 * Reads Linux's /proc synchronously: such a read is answered by the kernel from memory in about 10 µs,
 * less than a promise costs. A process that has gone gives `undefined`; that it could not be looked at
 * (no file descriptor left) is another matter, and thrown.
 */

/** USER_HZ, which Linux fixes at 100 for every architecture that Node runs on. */
const msPerTick = 10;
/** PF_FORKNOEXEC: it was forked and has not called exec since. */
const forkNoExecFlag = 0x40;
/** A child that is about to call exec has done so by then. */
const execGraceMs = 500;
const buffer = Buffer.alloc(64 * 1024);

/** Up to 64 KiB of a file; undefined when the process has gone or hides the file. */
function readShort(path: string, encoding: 'latin1' | 'utf8' = 'latin1'): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    return buffer.toString(encoding, 0, readSync(file, buffer, 0, buffer.length, 0));
  } catch (error) {
    if (lacksDescriptors(error)) throw error;
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function lacksDescriptors(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EMFILE' || code === 'ENFILE';
}

/** Ids of all processes that run now; undefined when there is no /proc, or it could not be opened. */
export function listPids(): number[] | undefined {
  let names: string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return undefined;
  }
  const pids: number[] = [];
  for (const name of names) {
    const first = name.charCodeAt(0);
    if (first >= 48 && first <= 57) pids.push(Number(name));
  }
  return pids.length > 0 ? pids : undefined;
}

/**
 * One process now; `memory: false` leaves the resident sizes at 0 and saves more than half of the time.
 * @throws Error EMFILE or ENFILE when no file can be opened
 */
export function readSample(pid: number, memory = true): ProcessSample | undefined {
  const text = readShort(`/proc/${pid}/stat`);
  if (text === undefined || text === '') return undefined;
  // proc_pid_stat(5): the name may hold spaces and brackets, so fields count from the last bracket.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ', 20);
  const state = fields[0] ?? 'X';
  const startedAt = Number(fields[19]);
  const isForkOnly = (Number(fields[6]) & forkNoExecFlag) !== 0;
  return {
    pid,
    parentPid: Number(fields[1]),
    groupId: Number(fields[2]),
    sessionId: Number(fields[3]),
    ended: state === 'Z' || state === 'X',
    startedAt,
    cpuMs: (Number(fields[11]) + Number(fields[12])) * msPerTick,
    endedChildrenCpuMs: (Number(fields[13]) + Number(fields[14])) * msPerTick,
    ...(memory ? (isForkOnly ? readForkedMemory(pid, startedAt) : readMemory(pid)) : noMemory),
  };
}

type Memory = Pick<ProcessSample, 'residentBytes' | 'peakResidentBytes'>;

const noMemory: Memory = { residentBytes: 0, peakResidentBytes: 0 };

function readMemory(pid: number): Memory {
  const status = readShort(`/proc/${pid}/status`);
  if (status === undefined) return noMemory;
  return { residentBytes: readKib(status, '\nVmRSS:'), peakResidentBytes: readKib(status, '\nVmHWM:') };
}

/**
 * A forked process shares its parent's pages until it writes to them, so only its own are counted: a server of
 * 400 MiB that starts /bin/true does not have 800. A vfork shares even the page table and looks like a second
 * server until it calls exec, so a process that has only just begun counts for nothing.
 */
function readForkedMemory(pid: number, startedAt: number): Memory {
  const ageMs = uptime() * 1000 - startedAt * msPerTick;
  if (ageMs >= 0 && ageMs < execGraceMs) return noMemory;
  const sums = readShort(`/proc/${pid}/smaps_rollup`);
  if (sums === undefined) return readMemory(pid);
  const residentBytes = readKib(sums, '\nPrivate_Clean:') + readKib(sums, '\nPrivate_Dirty:');
  return { residentBytes, peakResidentBytes: residentBytes };
}

function readKib(text: string, label: string): number {
  return readNumber(text, label) * 1024;
}

function readNumber(text: string, label: string): number {
  const at = text.indexOf(label);
  return at < 0 ? 0 : Number.parseInt(text.slice(at + label.length), 10);
}

/** The open descriptors of a process; none when it has gone or may not be looked at. */
export function listDescriptors(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    return [];
  }
}

/**
 * Bytes that a process and those of its children that it has waited for have written (proc_pid_io(5)): by system calls,
 * or by way of mapped memory when that is more. Undefined when it has gone or the kernel keeps no such account.
 */
export function readWrittenBytes(pid: number): number | undefined {
  let text: string | undefined;
  try {
    text = readShort(`/proc/${pid}/io`);
  } catch {
    return undefined;
  }
  if (text === undefined) return undefined;
  return Math.max(readNumber(text, 'wchar:'), readNumber(text, '\nwrite_bytes:'));
}

/**
 * The run tag in a process's environment.
 * @throws Error EMFILE or ENFILE when no file can be opened
 */
export function readRunTag(pid: number): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(`/proc/${pid}/environ`, 'r');
    let text = '';
    for (;;) {
      const length = readSync(file, buffer, 0, buffer.length, null);
      if (length <= 0) break;
      text += buffer.toString('latin1', 0, length);
    }
    return findRunTag(text);
  } catch (error) {
    if (lacksDescriptors(error)) throw error;
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function findRunTag(environ: string): string | undefined {
  const label = `${runTagVariable}=`;
  let at = environ.indexOf(label);
  while (at > 0 && environ.charCodeAt(at - 1) !== 0) at = environ.indexOf(label, at + 1);
  if (at < 0) return undefined;
  const end = environ.indexOf('\0', at);
  return environ.slice(at + label.length, end < 0 ? undefined : end);
}

/** The command line for people, cut at 200 characters; empty when it cannot be read. */
export function readCommandLine(pid: number): string {
  try {
    const text = readShort(`/proc/${pid}/cmdline`, 'utf8') ?? '';
    return text.replace(/\0+$/, '').replaceAll('\0', ' ').slice(0, 200);
  } catch {
    return '';
  }
}
