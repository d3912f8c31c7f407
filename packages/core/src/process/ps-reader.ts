import type { ProcessSample } from './process-sample.ts';

/** Each is an argument of its own with an empty heading: to POSIX, all that follows `=` in an argument is heading. */
const columns = ['pid', 'ppid', 'pgid', 'state', 'rss', 'time', 'command'];

/** A ps that hangs must not keep a server from being stopped. */
const psTimeoutMs = 5000;

/**
 * All processes by way of `ps`, for POSIX systems without /proc.
 * @throws Error when ps cannot be run, fails or takes longer than 5 s
 */
export async function readAllWithPs(): Promise<ProcessSample[]> {
  const { execFile } = await import('node:child_process');
  const text = await new Promise<string>((resolve, reject) => {
    execFile(
      'ps',
      ['-A', ...columns.flatMap((column) => ['-o', `${column}=`])],
      { env: { PATH: '/bin:/usr/bin', LC_ALL: 'C' }, maxBuffer: 64 * 1024 * 1024, timeout: psTimeoutMs },
      (error, out) => {
        if (error === null) resolve(out);
        else reject(new Error('ps failed', { cause: error }));
      },
    );
  });
  return parsePs(text);
}

const rowPattern = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\d+)\s+(\S+)\s+(.*)$/;

/** Reads the rows that {@link readAllWithPs} asks for; rows of another form are left out. */
export function parsePs(text: string): ProcessSample[] {
  const samples: ProcessSample[] = [];
  for (const line of text.split('\n')) {
    const match = rowPattern.exec(line);
    if (match === null) continue;
    const [, pid, parentPid, groupId, state = '', rssKib, time = '', command = ''] = match;
    const residentBytes = Number(rssKib) * 1024;
    samples.push({
      pid: Number(pid),
      parentPid: Number(parentPid),
      groupId: Number(groupId),
      sessionId: 0,
      ended: state.startsWith('Z'),
      startedAt: 0,
      cpuMs: parsePsTime(time),
      endedChildrenCpuMs: 0,
      residentBytes,
      peakResidentBytes: residentBytes,
      command: command.slice(0, 200),
    });
  }
  return samples;
}

/** `[[dd-]hh:]mm:ss[.cc]` in milliseconds. */
export function parsePsTime(text: string): number {
  const [clock = '', days = '0'] = text.split('-').toReversed();
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 1000);
}
