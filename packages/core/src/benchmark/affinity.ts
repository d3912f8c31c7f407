import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The cores that this process may use, and a way to keep it, and what it starts, on one of them. */
export interface Affinity {
  readonly cores: readonly number[];
  /** Keeps this process and every child from now on on one core. */
  pin(core: number): Promise<void>;
  /** Back to where it was allowed to run before. */
  release(): Promise<void>;
}

/** Why nothing can be pinned here, in words that go on with "not pinned to one core: ...". */
export type NoAffinity = string;

/**
 * Client and both servers on one core: they share its clock speed, its cache and its neighbours, so that a pair
 * compares the servers and not two cores. By taskset(1) of util-linux, which Linux distributions have.
 */
export async function detectAffinity(): Promise<Affinity | NoAffinity> {
  if (process.platform !== 'linux') return `${process.platform} has no taskset`;
  const list = readAllowedList();
  const cores = list === undefined ? [] : parseCpuList(list);
  if (list === undefined || cores.length < 2) return 'there is one core only';
  const set = async (mask: string): Promise<void> => {
    await run('taskset', ['-a', '-c', '-p', mask, String(process.pid)]);
  };
  try {
    await set(list);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? 'taskset (util-linux) is not installed'
      : 'taskset is not allowed here';
  }
  return { cores, pin: (core) => set(String(core)), release: () => set(list) };
}

function readAllowedList(): string | undefined {
  try {
    return /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

/** `0-2,5` → 0, 1, 2, 5; the format of cpuset(7). */
export function parseCpuList(list: string): readonly number[] {
  return list.split(',').flatMap((part) => {
    const [first = NaN, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
