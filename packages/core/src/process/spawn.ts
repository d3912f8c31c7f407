import { resolve } from 'node:path';
import { followEnd } from './follow-end.ts';
import type { HeldResources } from './held-resources.ts';
import { watchHeldResources } from './held-resources.ts';
import type { PipedChild } from './launch.ts';
import { launch } from './launch.ts';
import { wrapInShell } from './limit-shell.ts';
import type { LimitPlan } from './limits.ts';
import { explainExit, findViolation, lookAtMachine, planLimits } from './limits.ts';
import { beginCare, registerServer, unregisterServer } from './live-servers.ts';
import type { LiveServer } from './live-servers.ts';
import { ProcessMonitor } from './process-monitor.ts';
import { ProcessTree } from './process-tree.ts';
import { nextRunTag, runTagVariable } from './run-tag.ts';
import { addToPath, pathKey } from './search-path.ts';
import type { Environment } from './search-path.ts';
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
const machine = lookAtMachine(monitor.source);

/**
 * Starts a server under test with raw pipes, its limits, and care for all its descendants.
 * Attach to `stdout` in the turn in which the promise resolves.
 * @throws HarnessError TARGET_NOT_STARTED with the reason; TARGET_LIMIT_UNENFORCEABLE (sandbox `strict`)
 */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const plan = planLimits(options.name, options.limits ?? {}, options.sandbox ?? 'auto', machine);
  const tag = nextRunTag();
  const cwd = options.cwd ?? process.cwd();
  const additions = (options.pathAdditions ?? []).map((folder) => resolve(cwd, folder));
  const env: Environment = { ...addToPath(options.env, additions), [runTagVariable]: tag };
  const path = env[pathKey(env)];
  const files = { directories: [cwd, env['TMPDIR'] ?? '/tmp'], sinceMs: Date.now() };

  let child: PipedChild;
  let before: ReadonlySet<number>;
  try {
    const plain = { command: options.command, args: options.args ?? [], env, path, cwd };
    const [command, args] =
      plan.shellPrelude === '' ? [plain.command, plain.args] : await wrapInShell(plan.shellPrelude, plain);
    beginCare(path);
    before = monitor.snapshot();
    child = await launch({ command, args, env, cwd });
  } catch (cause) {
    throw await explainStartFailure({ name: options.name, command: options.command, cwd, path }, cause);
  }
  const server = new StartedServer(child, tag, plan, options, {
    before,
    held: watchHeldResources(plan.polled, files),
  });
  registerServer(server);
  return server;
}

/** What is taken before the process is there. */
interface Beginnings {
  readonly before: ReadonlySet<number>;
  readonly held: HeldResources | undefined;
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
  readonly #held: HeldResources | undefined;
  readonly #target: ShutdownTarget;
  readonly #stderrTail = new StderrTail();
  #stopping: Promise<ShutdownReport> | undefined;

  constructor(
    child: PipedChild,
    tag: string,
    plan: LimitPlan,
    options: ServerProcessOptions,
    { before, held }: Beginnings,
  ) {
    this.name = options.name;
    this.pid = child.pid;
    this.stdin = child.stdin;
    this.stdout = child.stdout;
    this.limits = plan.enforcements;
    this.#options = options;
    this.#plan = plan;
    this.#held = held;

    const { ended, drained } = followEnd(child, (info) => this.#noteExit(info));
    this.exited = drained;
    const isPolled = Object.values(plan.polled).some((limit) => limit !== undefined);
    const tree = new ProcessTree(this.pid, tag, isPolled ? this.#checkLimits : undefined);
    this.#target = { child, tree, monitor, ended, hasEnded: () => this.exitInfo !== undefined };
    monitor.watch(tree, before);

    child.stderr.on('data', (chunk: Buffer) => this.#stderrTail.append(chunk));
    // A write to a server that has gone fails; that it has gone is told by `exited`.
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {});
  }

  stderrTail(): string {
    return this.#stderrTail.text();
  }

  usage(): ReturnType<ServerProcess['usage']> {
    return monitor.usage(this.#target.tree);
  }

  cpuTimeMs(): number | undefined {
    return monitor.cpuTimeMs(this.#target.tree);
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
    // A process that got away, tag and all, may hold the other ends; ours would keep the harness alive.
    const { stdin, stdout, stderr } = this.#target.child;
    for (const pipe of [stdin, stdout, stderr]) pipe.destroy();
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
    const step =
      this.exitInfo === undefined
        ? await endProcess(this.#target, {
            timeoutMs: this.#options.shutdownTimeoutMs ?? defaultShutdownTimeoutMs,
            signal: this.#options.shutdownSignal ?? 'SIGTERM',
            signalAtOnce: this.#options.signalAtOnce ?? false,
          })
        : 'crashed';
    return this.violation === undefined ? step : 'killed';
  }

  #noteExit(info: ExitInfo): void {
    this.exitInfo = info;
    this.violation ??= explainExit(info, this.#plan.polled);
    void this.stop();
  }

  #checkLimits = (usage: ProcessUsage): void => {
    this.#punish(findViolation(usage, this.#plan.polled));
    if (this.violation !== undefined || this.#held === undefined) return;
    const pids = monitor.living(this.#target.tree).map(({ pid }) => pid);
    void this.#held.findViolation(pids).then((violation) => this.#punish(violation));
  };

  #punish(violation: LimitViolation | undefined): void {
    if (violation === undefined || this.violation !== undefined || this.exitInfo !== undefined) return;
    this.violation = violation;
    this.killNow();
  }
}
