import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that still runs. */
export interface MarkedProcess {
  readonly pid: number;
  readonly command: string;
}

/** Processes whose environment holds this text (Linux). One that has ended and waits to be reaped is none. */
export function findMarked(mark: string): MarkedProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && read(name, 'environ').includes(mark))
    .map((name) => ({ pid: Number(name), command: read(name, 'cmdline').replaceAll('\0', ' ').trim() }));
}

/** Waits until no process with this mark runs; gives those that do after the deadline. */
export async function findMarkedAfter(mark: string, deadlineMs: number): Promise<MarkedProcess[]> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const found = findMarked(mark);
    if (found.length === 0 || performance.now() > end) return found;
    await sleep(25);
  }
}

/** The environment of a zombie reads as empty, that of a stranger's process not at all. */
function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
