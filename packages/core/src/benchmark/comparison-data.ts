import { addCounts, noCalls } from './call.ts';
import type { CallCounts } from './call.ts';
import type { PairedSample, SideSample } from './blocks.ts';
import type { ComparedMetric, ComparedSide } from './comparison-types.ts';
import { isPairFailure } from './pair.ts';
import type { PairFailure, PairResult, Sides } from './pair.ts';
import { summariseLatency } from './summarise.ts';
import { mean } from '../statistics/index.ts';

/** What one benchmark, or one server as a whole, did over the pairs of a stage. */
export interface StageData {
  /** ln(head / base), one a pair in which it could be measured. */
  readonly logRatios: ReadonlyMap<ComparedMetric, readonly number[]>;
  /** The pairs' typical values of either side, in ms or bytes. */
  readonly values: ReadonlyMap<ComparedMetric, Sides<readonly number[]>>;
  readonly failures: readonly PairFailure[];
  readonly base: ComparedSide | undefined;
  readonly head: ComparedSide | undefined;
}

/** Gathers the pairs of one stage by benchmark. */
export class ComparisonData {
  readonly #benchmarks = new Map<string, BenchmarkData>();

  /** @param serverId under which memory and start-up are kept */
  add(serverId: string, { samples, startupMs, peakMemoryBytes }: PairResult): void {
    const server = this.#of(serverId);
    server.addValues('start_up', startupMs);
    server.addValues('memory', peakMemoryBytes);
    for (const [id, sample] of samples) {
      if (isPairFailure(sample)) this.#of(id).addFailure(sample);
      else this.#of(id).addSample(sample);
    }
  }

  has(id: string): boolean {
    return this.#benchmarks.has(id);
  }

  get(id: string): StageData | undefined {
    return this.#benchmarks.get(id)?.read();
  }

  ids(): readonly string[] {
    return [...this.#benchmarks.keys()];
  }

  #of(id: string): BenchmarkData {
    let data = this.#benchmarks.get(id);
    if (data === undefined) {
      data = new BenchmarkData();
      this.#benchmarks.set(id, data);
    }
    return data;
  }
}

class BenchmarkData {
  readonly #logRatios = new Map<ComparedMetric, number[]>();
  readonly #values = new Map<ComparedMetric, { base: number[]; head: number[] }>();
  readonly #failures: PairFailure[] = [];
  readonly #sides = { base: new SideData(), head: new SideData() };

  addSample({ base, head, logRatios, typical }: PairedSample): void {
    this.#sides.base.add(base);
    this.#sides.head.add(head);
    for (const [metric, logRatio] of Object.entries(logRatios) as [ComparedMetric, number][]) {
      push(this.#logRatios, metric, logRatio);
    }
    for (const [metric, values] of Object.entries(typical) as [ComparedMetric, Sides<number>][]) {
      this.#addTypical(metric, values);
    }
  }

  /** Of a server as a whole; skipped where a side could not be measured. */
  addValues(metric: ComparedMetric, { base, head }: Sides<number | undefined>): void {
    if (base === undefined || head === undefined || base <= 0 || head <= 0) return;
    push(this.#logRatios, metric, Math.log(head / base));
    this.#addTypical(metric, { base, head });
  }

  addFailure(failure: PairFailure): void {
    this.#failures.push(failure);
  }

  read(): StageData {
    return {
      logRatios: this.#logRatios,
      values: this.#values,
      failures: this.#failures,
      base: this.#sides.base.read(),
      head: this.#sides.head.read(),
    };
  }

  #addTypical(metric: ComparedMetric, { base, head }: Sides<number>): void {
    const values = this.#values.get(metric) ?? { base: [], head: [] };
    values.base.push(base);
    values.head.push(head);
    this.#values.set(metric, values);
  }
}

class SideData {
  readonly #latenciesMs: number[] = [];
  readonly #cpuMs: number[] = [];
  #calls: CallCounts = noCalls;
  #complaint: string | undefined;

  add({ latenciesMs, calls, cpuMsPerCall, complaint }: SideSample): void {
    for (const latencyMs of latenciesMs) this.#latenciesMs.push(latencyMs);
    if (cpuMsPerCall !== undefined) this.#cpuMs.push(cpuMsPerCall);
    this.#calls = addCounts(this.#calls, calls);
    this.#complaint ??= complaint;
  }

  read(): ComparedSide | undefined {
    if (this.#calls === noCalls) return undefined;
    return {
      calls: this.#calls,
      latency: this.#latenciesMs.length === 0 ? undefined : summariseLatency(this.#latenciesMs),
      cpuMsPerCall: this.#cpuMs.length === 0 ? undefined : mean(this.#cpuMs),
      complaint: this.#complaint,
    };
  }
}

function push(lists: Map<ComparedMetric, number[]>, metric: ComparedMetric, value: number): void {
  const list = lists.get(metric);
  if (list === undefined) lists.set(metric, [value]);
  else list.push(value);
}
