import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { runId, runTagVariable } from './run-tag.ts';

/** After the harness is gone, servers have this long to end by themselves. */
const graceSeconds = 2;

/**
 * Blocks on a pipe that only the harness holds, whose end comes however the harness ends. It is told the groups
 * that it would have to kill; what left its group is found by its tag where there is a /proc.
 */
const script = `
trap '' HUP INT TERM
groups=' '
while read -r sign group; do
  case $sign in
    +) groups="$groups$group " ;;
    -) groups="\${groups%% $group *} \${groups#* $group }" ;;
  esac
done
sleep ${graceSeconds}
for round in 1 2 3 4 5; do
  for group in $groups; do kill -9 -"$group"; done
  found=$(grep -lsF '${runTagVariable}=${runId}.' /proc/[0-9]*/environ)
  [ -n "$found" ] || break
  for file in $found; do
    pid=\${file#/proc/}
    kill -9 "\${pid%/environ}"
  done
  sleep 0.1
done
`;

/** Kills all servers within 5 s when the harness itself dies without a chance to do so (SIGKILL, out of memory). */
export interface Watchdog {
  add(pid: number): void;
  remove(pid: number): void;
  /** For the moment when the harness ends and no server is left. */
  end(): void;
}

/**
 * Starts it; it costs a megabyte and no CPU. Not on Windows, where a job of the system would be needed.
 * Undefined when it could not be started, which is no reason not to work: there is no shell, or no descriptor left.
 * @param path folders to look for grep and sleep in after the usual ones
 */
export function startWatchdog(path: string | undefined): Watchdog | undefined {
  if (process.platform === 'win32') return noWatchdog;
  const child = spawn('/bin/sh', ['-c', script], {
    cwd: '/',
    detached: true,
    env: { PATH: ['/usr/bin', '/bin', path].filter(Boolean).join(':') },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.on('error', ignore);
  if (child.pid === undefined) return undefined;
  child.stdin.on('error', ignore);
  child.unref();
  unrefPipe(child);
  return {
    add: (pid) => child.stdin.write(`+ ${pid}\n`),
    remove: (pid) => child.stdin.write(`- ${pid}\n`),
    end: () => child.kill('SIGKILL'),
  };
}

const noWatchdog: Watchdog = { add: ignore, remove: ignore, end: ignore };

function ignore(): void {}

/** A child's stdin is a socket, whatever its type says; open, it would keep the harness alive. */
function unrefPipe(child: ChildProcess): void {
  (child.stdin as { unref?: () => void } | null)?.unref?.();
}
