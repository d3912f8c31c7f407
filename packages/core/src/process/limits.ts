import { existsSync } from 'node:fs';
import { HarnessError } from '../errors.ts';
import type { ProcessSource } from './process-monitor.ts';
import type {
  ExitInfo,
  LimitEnforcement,
  LimitViolation,
  ProcessUsage,
  ResourceLimits,
  SandboxMode,
} from './types.ts';

/** What a machine offers to hold limits with. */
export interface Machine {
  readonly source: ProcessSource;
  /** There is a /bin/sh with its `ulimit`. */
  readonly hasShell: boolean;
}

/** What this machine offers, given where it tells about processes. */
export function lookAtMachine(source: ProcessSource): Machine {
  return { source, hasShell: process.platform !== 'win32' && existsSync('/bin/sh') };
}

/** How the limits of one server are going to be held. */
export interface LimitPlan {
  readonly enforcements: readonly LimitEnforcement[];
  /** Shell commands that set the kernel's limits before the server takes the shell's place; empty when none is needed. */
  readonly shellPrelude: string;
  /** Limits to compare with each poll. */
  readonly polled: Omit<ResourceLimits, 'maxOpenFiles'>;
}

const mebibyte = 1024 * 1024;
/** How far beyond the limit on the tree's sum the kernel's own limit per process stands, in seconds. */
const cpuBackstopSeconds = 2;

/**
 * Chooses the strongest level that this machine offers for each limit.
 * @throws HarnessError TARGET_LIMIT_UNENFORCEABLE with sandbox `strict` when a limit that is set cannot be held at all
 */
export function planLimits(
  name: string,
  limits: ResourceLimits,
  sandbox: SandboxMode,
  machine: Machine,
): LimitPlan {
  const off = sandbox === 'off';
  const polls = !off && machine.source !== 'none';
  /** Only Linux tells what a process holds open. */
  const looksInside = !off && machine.source === 'proc';
  const hasShell = !off && machine.hasShell;
  const enforcements: LimitEnforcement[] = [];
  const prelude: string[] = [];
  const note = off ? 'sandbox is off' : 'this machine offers no way to enforce it';

  if (limits.maxMemoryMb !== undefined) {
    const common = { limit: 'max_memory_mb', value: limits.maxMemoryMb } as const;
    enforcements.push(polls ? { ...common, level: 'polled' } : { ...common, level: 'unenforced', note });
  }
  if (limits.maxCpuSeconds !== undefined) {
    const common = { limit: 'max_cpu_seconds', value: limits.maxCpuSeconds } as const;
    const backstop = Math.ceil(limits.maxCpuSeconds) + cpuBackstopSeconds;
    if (hasShell) prelude.push(`ulimit -S -t ${backstop}`, `ulimit -H -t ${backstop + cpuBackstopSeconds}`);
    const kernelNote = hasShell ? `each process is also stopped by the kernel at ${backstop} s` : undefined;
    enforcements.push(
      polls ? { ...common, level: 'polled', note: kernelNote } : { ...common, level: 'unenforced', note },
    );
  }
  if (limits.maxOpenFiles !== undefined) {
    const common = { limit: 'max_open_files', value: limits.maxOpenFiles } as const;
    if (hasShell) prelude.push(`ulimit -n ${Math.floor(limits.maxOpenFiles)}`);
    enforcements.push(
      hasShell
        ? { ...common, level: 'kernel', note: 'per process' }
        : { ...common, level: 'unenforced', note },
    );
  }
  for (const [limit, value] of [
    ['max_disk_usage_mb', limits.maxDiskUsageMb],
    ['max_network_connections', limits.maxNetworkConnections],
  ] as const) {
    if (value === undefined) continue;
    enforcements.push(
      looksInside ? { limit, value, level: 'polled' } : { limit, value, level: 'unenforced', note },
    );
  }
  if (sandbox === 'strict') refuseUnenforced(name, enforcements);
  return {
    enforcements,
    // A limit that cannot be set is refused because the present one is lower already, so it holds.
    shellPrelude: prelude.map((command) => `${command} 2>/dev/null || :; `).join(''),
    polled: {
      ...(polls ? { maxMemoryMb: limits.maxMemoryMb, maxCpuSeconds: limits.maxCpuSeconds } : {}),
      ...(looksInside
        ? { maxDiskUsageMb: limits.maxDiskUsageMb, maxNetworkConnections: limits.maxNetworkConnections }
        : {}),
    },
  };
}

function refuseUnenforced(name: string, enforcements: readonly LimitEnforcement[]): void {
  const unenforced = enforcements.filter(({ level }) => level === 'unenforced');
  if (unenforced.length === 0) return;
  const list = unenforced.map(({ limit, value }) => `${limit}: ${value}`).join(', ');
  throw new HarnessError({
    code: 'TARGET_LIMIT_UNENFORCEABLE',
    message: `server "${name}" was not started: sandbox is strict and this machine cannot enforce ${list}`,
    hint: 'Run on Linux, take the limit out, or set sandbox: auto to go on without it.',
    details: { limits: unenforced.map(({ limit }) => limit) },
  });
}

/** The first limit that this usage exceeds, of those on memory and CPU time. */
export function findViolation(usage: ProcessUsage, limits: LimitPlan['polled']): LimitViolation | undefined {
  const memoryMb = usage.peakMemoryBytes / mebibyte;
  if (limits.maxMemoryMb !== undefined && memoryMb > limits.maxMemoryMb)
    return { limit: 'max_memory_mb', value: limits.maxMemoryMb, measured: round(memoryMb) };
  const cpuSeconds = usage.cpuMs / 1000;
  if (limits.maxCpuSeconds !== undefined && cpuSeconds > limits.maxCpuSeconds)
    return { limit: 'max_cpu_seconds', value: limits.maxCpuSeconds, measured: round(cpuSeconds) };
  return undefined;
}

/** The violation that an exit by the kernel's CPU limit stands for. */
export function explainExit(exit: ExitInfo, limits: LimitPlan['polled']): LimitViolation | undefined {
  if (exit.signal !== 'SIGXCPU' || limits.maxCpuSeconds === undefined) return undefined;
  const measured = Math.ceil(limits.maxCpuSeconds) + cpuBackstopSeconds;
  return { limit: 'max_cpu_seconds', value: limits.maxCpuSeconds, measured };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
