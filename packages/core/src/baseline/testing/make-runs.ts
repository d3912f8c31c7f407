import { Random } from '../../statistics/index.ts';
import { normalNoise } from '../../statistics/testing/noise.ts';
import { applyEvent, defaultRetention } from '../apply-event.ts';
import type { Baseline, BaselineEvent, BaselineRun } from '../document-schema.ts';

/** What a made-up run differs by from a plain one. */
export interface RunTraits {
  /** Place in time: days after 2026-01-01. */
  readonly day?: number;
  readonly latencyMs?: number;
  readonly cpuMs?: number;
  /** CPU time of a call of the computing reference server; undefined: not measured. */
  readonly referenceMs?: number | undefined;
  readonly processes?: number;
  /** Standard deviation of the logarithms of processes. */
  readonly processSpread?: number;
  readonly cpuModel?: string;
  readonly green?: boolean;
  readonly responseTimes?: readonly number[];
  readonly calls?: number;
  readonly outcomes?: BaselineRun['outcomes'];
  readonly findings?: BaselineRun['findings'];
  readonly contracts?: BaselineRun['contracts'];
  readonly seed?: number;
  /** False: of the tests alone, without benchmarks. */
  readonly measured?: boolean;
}

/** The contract of a server with one tool that requires these arguments. */
export function makeContracts(
  required: readonly string[],
  tokens = 20,
  server = 'server',
): NonNullable<BaselineRun['contracts']> {
  return [
    {
      server,
      contract: {
        version: 1,
        server: { name: 'x' },
        protocolRevisions: ['2025-11-25'],
        capabilities: { tools: {} },
        tools: [
          {
            name: 'echo',
            inputSchema: { type: 'object', properties: { why: { type: 'string' } }, required: [...required] },
          },
        ],
        resources: [],
        resourceTemplates: [],
        prompts: [],
        contextCost: { tokenizer: 'o200k_base', total: tokens, tools: { echo: tokens } },
      },
    },
  ];
}

let made = 0;

/** A run of the suite `core` with one benchmark, `core/echo`. */
export function makeRun(traits: RunTraits = {}): BaselineRun {
  const run = makeMeasuredRun(traits);
  if (traits.measured !== false) return run;
  const { machine: _machine, load: _load, ...rest } = run;
  return { ...rest, benchmarks: [], servers: [], references: [], responseTimes: [] };
}

function makeMeasuredRun(traits: RunTraits): BaselineRun {
  const { day = 0, latencyMs = 20, cpuMs = 2, referenceMs = 4, calls = 100 } = traits;
  made += 1;
  const random = new Random(traits.seed ?? made);
  const spread = traits.processSpread ?? 0.01;
  const around = (value: number): number => value * Math.exp(spread * normalNoise(random));
  const processes = Array.from({ length: traits.processes ?? 5 }, () => {
    const latency = around(latencyMs);
    return { n: 20, p25Ms: latency * 0.98, p50Ms: latency, meanMs: latency, cpuMsPerCall: around(cpuMs) };
  });
  const at = new Date(Date.UTC(2026, 0, 1) + day * 86_400_000).toISOString();
  return {
    id: `run-${String(made).padStart(6, '0')}`,
    at,
    commit: `c${String(day)}`,
    green: traits.green ?? true,
    harnessVersion: '0.0.0',
    machine: {
      platform: 'linux-x64',
      kernel: '6.1',
      node: '24.1.0',
      cpuModel: traits.cpuModel ?? 'CPU A',
      cores: 2,
      memoryBytes: 4e9,
    },
    load: { kind: 'sequential' },
    benchmarks: [
      {
        id: 'core/echo',
        server: 'server',
        n: calls,
        minMs: latencyMs * 0.9,
        p50Ms: latencyMs,
        maxMs: latencyMs * 1.2,
        meanMs: latencyMs,
        cvPercent: 5,
        outlierPercent: 1,
        throughputPerSecond: 1000 / latencyMs,
        cpuMsPerCall: cpuMs,
        processes,
      },
    ],
    servers: [],
    references:
      'referenceMs' in traits && traits.referenceMs === undefined
        ? []
        : [
            {
              name: 'compute',
              processes: processes.map(() => {
                const cpu = around(referenceMs);
                return { n: 20, p25Ms: cpu, p50Ms: cpu, meanMs: cpu, cpuMsPerCall: cpu };
              }),
            },
          ],
    responseTimes: [
      ...(traits.responseTimes ?? Array.from({ length: 20 }, (_, n) => latencyMs + (n % 5) / 10)),
    ],
    outcomes: traits.outcomes ?? [{ test: 'core/echo', outcome: 'passed' }],
    findings: traits.findings ?? [],
    contextCost: [],
    ...(traits.contracts === undefined ? {} : { contracts: traits.contracts }),
  };
}

/** A baseline whose first run is established and whose others are recorded. */
export function makeBaseline(runs: readonly BaselineRun[], retention = defaultRetention): Baseline {
  const baseline = runs.reduce<Baseline | undefined>((current, run, index) => {
    const event: BaselineEvent = {
      event: index === 0 ? 'established' : 'recorded',
      sequence: index + 1,
      at: run.at,
      by: 'somebody',
      run,
    };
    return applyEvent(current, event, 'core', retention);
  }, undefined);
  if (baseline === undefined) throw new Error('a baseline needs a run');
  return baseline;
}
