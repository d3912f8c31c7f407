import { setTimeout as sleep } from 'node:timers/promises';
import type { PipedChild } from './launch.ts';
import type { ProcessMonitor } from './process-monitor.ts';
import type { ProcessSample } from './process-sample.ts';
import type { ProcessTree } from './process-tree.ts';
import type { ShutdownReport } from './types.ts';

/** A running server as its shutdown sees it. */
export interface ShutdownTarget {
  readonly child: PipedChild;
  readonly tree: ProcessTree;
  readonly monitor: ProcessMonitor;
  /** Resolves when the process itself has ended. */
  readonly ended: Promise<unknown>;
  readonly hasEnded: () => boolean;
}

export interface ShutdownOptions {
  readonly timeoutMs: number;
  readonly signal: NodeJS.Signals;
  readonly signalAtOnce: boolean;
}

/** Longest wait after closing stdin: what clients on the official SDKs grant a server before they signal it. */
const longestStdinMs = 2000;
/** After SIGKILL; only a process stuck in the kernel needs longer. */
const killTimeoutMs = 1000;
/** For descendants that end because the server did: they are on their way, not left over. */
const descendantsGraceMs = 250;
const recheckMs = 10;

/** Brings the server down by the mildest step that works; tells which it was. */
export async function endProcess(
  target: ShutdownTarget,
  options: ShutdownOptions,
): Promise<Exclude<ShutdownReport['step'], 'crashed'>> {
  const stdinMs = options.signalAtOnce ? 0 : Math.min(options.timeoutMs / 2, longestStdinMs);
  if (!options.signalAtOnce) {
    target.child.stdin.end();
    if (await endsWithin(target, stdinMs)) return 'stdin-closed';
  }
  signalGroup(target, options.signal);
  if (await endsWithin(target, options.timeoutMs - stdinMs)) return 'signal';
  signalGroup(target, 'SIGKILL');
  await endsWithin(target, killTimeoutMs);
  return 'killed';
}

async function endsWithin(target: ShutdownTarget, timeoutMs: number): Promise<boolean> {
  if (target.hasEnded()) return true;
  const aborter = new AbortController();
  const timeout = sleep(timeoutMs, false, { signal: aborter.signal }).catch(() => false);
  const ended = await Promise.race([target.ended.then(() => true), timeout]);
  aborter.abort();
  return ended;
}

/** Signals the server's process group; once the server is reaped its number may mean something else, so then nothing. */
function signalGroup({ child, hasEnded }: ShutdownTarget, signal: NodeJS.Signals): void {
  if (hasEnded()) return;
  if (process.platform === 'win32') child.kill(signal);
  else signalPid(-child.pid, signal);
}

/** Kills what the server left behind, wherever it went, until nothing is left; names those that had to be killed. */
export async function killLeftovers(target: ShutdownTarget): Promise<ShutdownReport['leftovers']> {
  const leftovers = new Map<number, string>();
  for (let waitedMs = 0; waitedMs < descendantsGraceMs + killTimeoutMs; waitedMs += recheckMs) {
    const survivors = await findSurvivors(target);
    if (survivors.length === 0) break;
    if (waitedMs >= descendantsGraceMs)
      for (const sample of survivors) {
        if (!leftovers.has(sample.pid)) leftovers.set(sample.pid, target.monitor.commandLine(sample));
        signalPid(sample.pid, 'SIGKILL');
      }
    await sleep(recheckMs);
  }
  return [...leftovers].map(([pid, command]) => ({ pid, command }));
}

/**
 * Processes of the tree that run. That there is none takes two looks, the second at every process there is: a process
 * may start a child and end between the listing and its reading, and a pid that we have seen may be another's by now.
 */
async function findSurvivors({ tree, monitor, hasEnded }: ShutdownTarget): Promise<ProcessSample[]> {
  for (const thorough of [false, true]) {
    await monitor.refresh(tree, { thorough });
    const survivors = monitor.living(tree).filter(({ pid }) => pid !== tree.rootPid || !hasEnded());
    if (survivors.length > 0) return survivors;
  }
  return [];
}

/** SIGKILLs the server and every descendant known, without waiting for the effect. */
export function killTreeNow(target: ShutdownTarget): void {
  signalGroup(target, 'SIGKILL');
  for (const { pid } of target.monitor.livingNow(target.tree)) signalPid(pid, 'SIGKILL');
}

function signalPid(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile, or belongs to somebody else now: either way nothing of ours is left to signal.
  }
}
