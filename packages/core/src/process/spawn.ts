import { delimiter, resolve } from 'node:path';
import { findCommand } from './find-command.ts';
import { followEnd } from './follow-end.ts';
import type { PipedChild } from './launch.ts';
import { launch } from './launch.ts';
import type { LimitPlan } from './limits.ts';
import { explainExit, findViolation, planLimits } from './limits.ts';
import { registerServer, unregisterServer } from './live-servers.ts';
import type { LiveServer } from './live-servers.ts';
import { ProcessMonitor } from './process-monitor.ts';
import { ProcessTree } from './process-tree.ts';
import { nextRunTag, runTagVariable } from './run-tag.ts';
import type { ShutdownTarget } from './shutdown.ts';
import { endProcess, killLeftovers, killTreeNow } from './shutdown.ts';
import { explainStartFailure } from './start-error.ts';
import { StderrTail } from './stderr-tail.ts';
import type {
  ExitInfo,
  LimitViolation,
  ProcessUsage,
  ServerProcess,
  ServerProcessOptions,
  ShutdownReport,
} from './types.ts';

const defaultShutdownTimeoutMs = 10_000;

const monitor = new ProcessMonitor();

/**
 * Starts a server under test with raw pipes, its limits, and care for all its descendants.
 * Attach to `stdout` in the turn in which the promise resolves.
 * @throws HarnessError TARGET_NOT_STARTED with the reason; TARGET_LIMIT_UNENFORCEABLE (sandbox `strict`)
 */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const plan = planLimits(options.name, options.limits ?? {}, options.sandbox ?? 'auto', monitor.source);
  const tag = nextRunTag();
  const cwd = options.cwd ?? process.cwd();
  const path = joinPath(options, cwd);
  const env = { ...options.env, ...(path === undefined ? {} : { PATH: path }), [runTagVariable]: tag };
  const attempt = { name: options.name, command: options.command, cwd, path };

  monitor.prepare();
  let child: PipedChild;
  try {
    const [command, args] = await withPrelude(plan, options, cwd, path);
    child = await launch({ command, args, env, cwd });
  } catch (cause) {
    throw await explainStartFailure(attempt, cause);
  }
  const server = new StartedServer(child, tag, plan, options);
  registerServer(server, path);
  return server;
}

function joinPath({ pathAdditions, env }: ServerProcessOptions, cwd: string): string | undefined {
  if (pathAdditions === undefined || pathAdditions.length === 0) return env['PATH'];
  const additions = pathAdditions.map((folder) => resolve(cwd, folder));
  return [...additions, ...(env['PATH'] === undefined ? [] : [env['PATH']])].join(delimiter);
}

/** The shell that sets the kernel's limits takes the server's place, so a command that does not exist must be found before. */
async function withPrelude(
  plan: LimitPlan,
  { command, args = [] }: ServerProcessOptions,
  cwd: string,
  path: string | undefined,
): Promise<readonly [string, readonly string[]]> {
  if (plan.shellPrelude === '') return [command, args];
  const lookup = await findCommand(command, path, cwd);
  if (lookup.state !== 'found') throw new Error(`${command}: ${lookup.state}`);
  return ['/bin/sh', ['-c', `${plan.shellPrelude}exec "$@"`, 'sh', lookup.path, ...args]];
}

class StartedServer implements ServerProcess, LiveServer {
  readonly name: string;
  readonly pid: number;
  readonly stdin: PipedChild['stdin'];
  readonly stdout: PipedChild['stdout'];
  readonly exited: Promise<ExitInfo>;
  readonly limits: ServerProcess['limits'];
  exitInfo: ExitInfo | undefined;
  violation: LimitViolation | undefined;

  readonly #options: ServerProcessOptions;
  readonly #plan: LimitPlan;
  readonly #target: ShutdownTarget;
  readonly #stderr: PipedChild['stderr'];
  readonly #stderrTail = new StderrTail();
  #stopping: Promise<ShutdownReport> | undefined;

  constructor(child: PipedChild, tag: string, plan: LimitPlan, options: ServerProcessOptions) {
    this.name = options.name;
    this.pid = child.pid ?? 0;
    this.stdin = child.stdin;
    this.stdout = child.stdout;
    this.limits = plan.enforcements;
    this.#options = options;
    this.#plan = plan;
    this.#stderr = child.stderr;

    const { ended, drained } = followEnd(child, (info) => this.#noteExit(info));
    this.exited = drained;
    const isPolled = plan.polled.maxMemoryMb !== undefined || plan.polled.maxCpuSeconds !== undefined;
    const tree = new ProcessTree(this.pid, tag, isPolled ? this.#checkLimits : undefined);
    this.#target = { child, tree, monitor, ended, hasEnded: () => this.exitInfo !== undefined };
    monitor.watch(tree);

    this.#stderr.on('data', (chunk: Buffer) => this.#stderrTail.append(chunk));
    // A write to a server that has gone fails; that it has gone is told by `exited`.
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {});
  }

  stderrTail(): string {
    return this.#stderrTail.text();
  }

  onStderr(listener: (chunk: Buffer) => void): () => void {
    this.#stderr.on('data', listener);
    return () => this.#stderr.off('data', listener);
  }

  usage(): ReturnType<ServerProcess['usage']> {
    return monitor.usage(this.#target.tree);
  }

  async stop(): Promise<ShutdownReport> {
    return await (this.#stopping ??= this.#stop());
  }

  killNow(): void {
    killTreeNow(this.#target);
  }

  async #stop(): Promise<ShutdownReport> {
    const startedAt = performance.now();
    await monitor.refresh(this.#target.tree);
    const step = await this.#end();
    const leftovers = await killLeftovers(this.#target);
    if (this.exitInfo !== undefined) await this.exited;
    monitor.unwatch(this.#target.tree);
    unregisterServer(this);
    return {
      ...(this.exitInfo ?? { exitCode: null, signal: null }),
      step,
      durationMs: performance.now() - startedAt,
      leftovers,
    };
  }

  async #end(): Promise<ShutdownReport['step']> {
    if (this.exitInfo !== undefined) return this.violation === undefined ? 'crashed' : 'killed';
    return await endProcess(this.#target, {
      timeoutMs: this.#options.shutdownTimeoutMs ?? defaultShutdownTimeoutMs,
      signal: this.#options.shutdownSignal ?? 'SIGTERM',
      signalAtOnce: this.#options.signalAtOnce ?? false,
    });
  }

  #noteExit(info: ExitInfo): void {
    this.exitInfo = info;
    if (this.violation === undefined) this.#noteViolation(explainExit(info, this.#plan.polled));
  }

  #checkLimits = (usage: ProcessUsage): void => {
    if (this.violation !== undefined || this.exitInfo !== undefined) return;
    this.#noteViolation(findViolation(usage, this.#plan.polled));
  };

  #noteViolation(violation: LimitViolation | undefined): void {
    if (violation === undefined) return;
    this.violation = violation;
    try {
      this.#options.onViolation?.(violation);
    } finally {
      this.killNow();
    }
  }
}
