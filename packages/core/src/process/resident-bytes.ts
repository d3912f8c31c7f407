import { listPids, readSample } from './proc-reader.ts';
import { detectProcessSource } from './process-monitor.ts';
import type { ProcessSample } from './process-sample.ts';
import { readAllWithPs } from './ps-reader.ts';

/**
 * Resident memory of some processes now, each with its descendants, in bytes. What left its parent is found by its
 * session or group. A process that has ended is missing; all are where the system does not tell.
 */
export async function residentBytesOf(roots: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const samples = roots.length === 0 ? [] : await readAll();
  const byParent = Map.groupBy(samples, ({ parentPid }) => parentPid);
  const living = new Set(samples.map(({ pid }) => pid));
  const sums = new Map<number, number>();
  for (const root of roots) {
    if (!living.has(root)) continue;
    const members = membersOf(root, samples, byParent);
    sums.set(
      root,
      samples.reduce((sum, { pid, residentBytes }) => sum + (members.has(pid) ? residentBytes : 0), 0),
    );
  }
  return sums;
}

function membersOf(
  root: number,
  samples: readonly ProcessSample[],
  byParent: ReadonlyMap<number, readonly ProcessSample[]>,
): ReadonlySet<number> {
  const members = new Set(
    samples
      .filter(({ pid, sessionId, groupId }) => pid === root || sessionId === root || groupId === root)
      .map(({ pid }) => pid),
  );
  // A set that grows while it is walked through is walked to its end.
  for (const pid of members) for (const child of byParent.get(pid) ?? []) members.add(child.pid);
  return members;
}

async function readAll(): Promise<readonly ProcessSample[]> {
  const source = detectProcessSource();
  if (source === 'none') return [];
  const samples =
    source === 'ps'
      ? await readAllWithPs().catch(() => [])
      : (listPids() ?? []).flatMap((pid) => readSample(pid) ?? []);
  return samples.filter(({ ended }) => !ended);
}
