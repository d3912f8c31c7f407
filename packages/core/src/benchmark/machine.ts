import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

/** Where something was measured: numbers of one machine say little about another. */
export interface Machine {
  readonly platform: string;
  readonly kernel: string;
  readonly node: string;
  readonly cpuModel: string;
  /** CPUs that this process may use. */
  readonly cores: number;
  readonly memoryBytes: number;
  /** The frequency governor of the first CPU, where the system tells. */
  readonly governor?: string | undefined;
  /** Of a CI runner, e.g. `ubuntu24 20261101.1`. */
  readonly image?: string | undefined;
}

/** How busy a machine was at one moment. */
export interface MachineLoad {
  /** Runnable processes on average over the last minute. */
  readonly loadAverage: number;
  /** Share of CPU time that the hypervisor gave to others since the machine started; Linux only. */
  readonly stealShare?: number | undefined;
}

/** @param env of the process that measures; the variables with which CI runners name their image are read */
export function describeMachine(env: Readonly<Record<string, string | undefined>>): Machine {
  const [first] = cpus();
  const image = [env['ImageOS'], env['ImageVersion']].filter((part) => part !== undefined).join(' ');
  return {
    platform: `${process.platform}-${process.arch}`,
    kernel: release(),
    node: process.versions.node,
    cpuModel: first?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    governor: readWord('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'),
    image: image === '' ? undefined : image,
  };
}

export function readMachineLoad(): MachineLoad {
  return { loadAverage: loadavg()[0] ?? 0, stealShare: readStealShare() };
}

function readStealShare(): number | undefined {
  // proc_stat(5): cpu user nice system idle iowait irq softirq steal
  const line = readText('/proc/stat')?.split('\n', 1)[0];
  if (line === undefined) return undefined;
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  const total = ticks.reduce((sum, value) => sum + value, 0);
  return total > 0 ? (ticks[7] ?? 0) / total : undefined;
}

function readWord(path: string): string | undefined {
  const word = readText(path)?.trim();
  return word === '' ? undefined : word;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
