import type { PlannedTest } from '../plan/types.ts';
import { failedCalls, addCounts, noCalls } from './call.ts';
import type { CallCounts } from './call.ts';
import type { Collected } from './measure-server.ts';
import type { Sample } from './sample.ts';
import { judgeGenerator, summariseLatency, summariseProcess } from './summarise.ts';
import type { BenchmarkSettings, Measured, Measurement, MeasurementIdentity } from './types.ts';

/** What can be said of a benchmark after its last process, or after it was cut off. */
export function concludeMeasurement(
  test: PlannedTest,
  server: string,
  collected: Collected | undefined,
  settings: BenchmarkSettings,
): Measurement {
  const identity: MeasurementIdentity = {
    id: test.id,
    suite: test.suite,
    test: test.test,
    server,
    location: test.location,
  };
  if (collected === undefined)
    return { ...identity, state: 'skipped', reason: 'the run ended before its turn' };
  if (collected.kind === 'skipped') return { ...identity, state: 'skipped', reason: collected.reason };
  const calls = collected.samples.reduce<CallCounts>((sum, sample) => addCounts(sum, sample.calls), noCalls);
  if (collected.kind === 'failed') return { ...identity, state: 'failed', reason: collected.reason, calls };
  const failed = failedCalls(calls);
  if (failed > 0) {
    const complaint = collected.samples.find((sample) => sample.complaint !== undefined)?.complaint ?? '';
    return {
      ...identity,
      state: 'failed',
      reason: `${failed} of ${failed + calls.ok} calls: ${complaint}`,
      calls,
    };
  }
  if (calls.ok === 0) return { ...identity, state: 'skipped', reason: 'the run ended before its turn' };
  const measured = measure(collected.samples, calls, settings);
  const wanted = settings.iterations ?? settings.minimumSamples;
  if (calls.ok >= wanted) return { ...identity, ...measured, state: 'measured' };
  return {
    ...identity,
    ...measured,
    state: 'short',
    reason: `${calls.ok} of ${wanted} calls in the time allowed`,
  };
}

function measure(samples: readonly Sample[], calls: CallCounts, settings: BenchmarkSettings): Measured {
  const latencies = samples.flatMap((sample) => sample.latenciesMs);
  const latency = summariseLatency(latencies);
  const elapsedMs = samples.reduce((sum, sample) => sum + sample.elapsedMs, 0);
  const lags = samples.flatMap((sample) => sample.lagsMs ?? []);
  const cpuTimes = samples.map((sample) => sample.cpuMs);
  const cpuMs = cpuTimes.every((value) => value !== undefined)
    ? cpuTimes.reduce((sum, value) => sum + value, 0)
    : undefined;
  return {
    calls,
    processes: samples.map(summariseProcess).filter((summary) => summary !== undefined),
    latency,
    throughputPerSecond: (calls.ok / elapsedMs) * 1000,
    cpuMsPerCall: cpuMs === undefined ? undefined : cpuMs / calls.ok,
    ...(lags.length === 0 ? {} : { generator: judgeGenerator(lags, latency) }),
    ...(settings.keepSamples ? { samplesMs: samples.map((sample) => sample.latenciesMs) } : {}),
  };
}
