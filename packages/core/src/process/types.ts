import type { Readable, Writable } from 'node:stream';

/** Limits on one server's whole process tree. Unset means not limited. */
export interface ResourceLimits {
  /** Resident memory summed over the tree, in MiB; what a forked process shares with its parent counts once. */
  readonly maxMemoryMb?: number | undefined;
  /** CPU time (user + system) summed over the tree, in seconds, since its start. */
  readonly maxCpuSeconds?: number | undefined;
  /** Open files per process, a hard limit that the server cannot lift. */
  readonly maxOpenFiles?: number | undefined;
  /** Space of the files that the tree has written, in MiB; see disk-usage.ts. Only on Linux. */
  readonly maxDiskUsageMb?: number | undefined;
  /** Established TCP connections of the tree, those that clients have opened included. Only on Linux. */
  readonly maxNetworkConnections?: number | undefined;
}

/**
 * - `auto`: each limit at the strongest level that this machine offers, the level recorded;
 * - `strict`: a server is not started when a limit that is set could not be enforced at all;
 * - `off`: nothing is enforced, usage is still measured.
 */
export type SandboxMode = 'auto' | 'strict' | 'off';

/** How a limit was held: by the kernel, by polling every 250 ms, or not at all (with the reason). */
export interface LimitEnforcement {
  readonly limit:
    'max_memory_mb' | 'max_cpu_seconds' | 'max_open_files' | 'max_disk_usage_mb' | 'max_network_connections';
  readonly value: number;
  readonly level: 'kernel' | 'polled' | 'unenforced';
  readonly note?: string | undefined;
}

export interface LimitViolation {
  readonly limit: LimitEnforcement['limit'];
  readonly value: number;
  readonly measured: number;
}

/** What a process tree has used so far. */
export interface ProcessUsage {
  /** CPU time of the tree in ms, processes that already ended included as far as they were seen. */
  readonly cpuMs: number;
  /** Highest resident memory of the tree seen so far, in bytes. */
  readonly peakMemoryBytes: number;
}

/** How a process ended. Exactly one of exitCode and signal is set, both null when it is unknown. */
export interface ExitInfo {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How a server was brought down; part of the verdict. */
export interface ShutdownReport extends ExitInfo {
  /** The step after which it was gone. `crashed`: it ended before we asked. */
  readonly step: 'stdin-closed' | 'signal' | 'killed' | 'crashed';
  readonly durationMs: number;
  /** Processes of the tree that outlived the server itself and had to be killed. */
  readonly leftovers: readonly { readonly pid: number; readonly command: string }[];
}

export interface ServerProcessOptions {
  /** Name used in messages. */
  readonly name: string;
  readonly command: string;
  readonly args?: readonly string[] | undefined;
  /** The whole environment of the process (the caller decides what is inherited). */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string | undefined;
  /** Put in front of PATH, relative ones resolved against cwd. */
  readonly pathAdditions?: readonly string[] | undefined;
  readonly limits?: ResourceLimits | undefined;
  readonly sandbox?: SandboxMode | undefined;
  /** Time for the shutdown until the kill, half of it but at most 2 s for the first step; default 10 000. */
  readonly shutdownTimeoutMs?: number | undefined;
  /** Skip the first step: for servers that do not live by their stdin (those started for a url transport). */
  readonly signalAtOnce?: boolean | undefined;
  /** Signal of the second step; default SIGTERM. */
  readonly shutdownSignal?: NodeJS.Signals | undefined;
}

/** A running server under test and all its descendants. */
export interface ServerProcess {
  readonly name: string;
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves once the process itself has ended and its stdout is drained; never rejects. */
  readonly exited: Promise<ExitInfo>;
  readonly exitInfo: ExitInfo | undefined;
  /** The first limit that was exceeded; the tree is killed for it. */
  readonly violation: LimitViolation | undefined;
  readonly limits: readonly LimitEnforcement[];
  /** The last 64 KiB of stderr, as text. */
  stderrTail(): string;
  /** Reads the tree's usage (Linux: /proc now, at most 5 ms old; elsewhere the last poll of `ps`); undefined where neither exists, or when the server ended before it was measured. */
  usage(): ProcessUsage | undefined;
  /** CPU time of the tree's living threads now, in ms and finer than {@link usage}: only differences mean something. Undefined where the system does not tell. */
  cpuTimeMs(): number | undefined;
  /**
   * Three steps: close stdin, signal, kill; then the descendants and the pipes. Begins by itself when the server ends
   * before it is asked to, so that nothing of it stays. Idempotent; never rejects.
   */
  stop(): Promise<ShutdownReport>;
}
