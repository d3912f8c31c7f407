import { readFileSync, readlinkSync } from 'node:fs';
import { listDescriptors } from './proc-reader.ts';

/** TCP_ESTABLISHED in the column `st` of proc_pid_net(5). */
const established = '01';
const inodeColumn = 9;

/**
 * How many established TCP connections these processes hold, when there are more than `limit`; undefined otherwise.
 * A socket that several of them hold counts once. The tables of the network are read only when there are so many
 * sockets of any kind: on a busy machine they are long.
 */
export function countExcessConnections(pids: Iterable<number>, limit: number): number | undefined {
  const sockets = new Set<string>();
  /** One process of each network namespace: each has tables of its own. */
  const namespaces = new Map<string, number>();
  for (const pid of pids) {
    const before = sockets.size;
    for (const descriptor of listDescriptors(pid)) {
      const target = readLink(`/proc/${pid}/fd/${descriptor}`);
      if (target.startsWith('socket:[')) sockets.add(target.slice('socket:['.length, -1));
    }
    if (sockets.size > before) namespaces.set(readLink(`/proc/${pid}/ns/net`), pid);
  }
  if (sockets.size <= limit) return undefined;

  let connections = 0;
  for (const pid of namespaces.values())
    for (const table of ['tcp', 'tcp6'])
      for (const inode of establishedInodes(`/proc/${pid}/net/${table}`))
        if (sockets.delete(inode)) connections += 1;
  return connections > limit ? connections : undefined;
}

function establishedInodes(table: string): readonly string[] {
  let text: string;
  try {
    text = readFileSync(table, 'latin1');
  } catch {
    return [];
  }
  return parseTcpTable(text);
}

/** The inodes of the established connections in a table such as /proc/net/tcp. */
export function parseTcpTable(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[3] === established)
    .flatMap((columns) => columns[inodeColumn] ?? []);
}

/** Empty for a descriptor that has been closed, or that we may not look at. */
function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
