import { fileURLToPath } from 'node:url';
import { plainServer, planTools, runBenchmarks, type Load } from '../packages/core/src/benchmark/index.ts';
import { median } from './compare.ts';
import type { Bench, BenchResult } from './define.ts';
import { rawStdioClient } from './raw-clients.ts';

const server = fileURLToPath(new URL('fixtures/busy-stdio.ts', import.meta.url));
const rate = 2000;
const calls = 600;

/** What the engine says of one tool, in a fresh process. */
async function measure(
  tool: string,
  load: Load,
  budget: { readonly iterations?: number; readonly measureMs: number },
) {
  const planned = plainServer('busy', {
    transport: 'stdio',
    command: process.execPath,
    args: [server],
    protocolVersion: '2025-11-25',
  });
  const tools = [{ name: tool, args: {}, expected: { text: 'done' } }];
  const result = await runBenchmarks(
    planTools(planned, tools, { baseDir: process.cwd(), timeoutMs: 60_000 }),
    {
      env: { PATH: process.env['PATH'] },
      harness: { version: 'bench', node: process.versions.node, platform: process.platform },
      snapshots: { mode: 'never', read: async () => undefined, write: async () => undefined },
      settings: {
        load,
        processes: 1,
        warmupMs: 100,
        minimumSamples: 10,
        calibrate: false,
        keepSamples: false,
        ...budget,
      },
      failOn: 'any',
      seed: 1,
    },
  );
  const [measured] = result.benchmarks;
  if (measured === undefined || !('latency' in measured))
    throw new Error(result.error?.message ?? JSON.stringify(measured));
  return measured;
}

async function rawMedianMs(): Promise<number> {
  const client = rawStdioClient(process.execPath, [server]);
  try {
    await client.call('initialize', {});
    const tookMs: number[] = [];
    for (let call = -100; call < calls; call += 1) {
      const began = performance.now();
      await client.call('tools/call', { name: 'busy', arguments: {} });
      if (call >= 0) tookMs.push(performance.now() - began);
    }
    return median(tookMs);
  } finally {
    await client.close();
  }
}

/** Both medians of the same calls, in turns: what the engine adds to them. */
async function compareLatency(): Promise<BenchResult> {
  const ratios: number[] = [];
  let [ours, raw] = [Number.NaN, Number.NaN];
  for (let pair = 0; pair < 7; pair += 1) {
    const budget = { iterations: calls, measureMs: 60_000 };
    ours = (await measure('busy', { kind: 'sequential' }, budget)).latency.p50Ms;
    raw = await rawMedianMs();
    ratios.push(raw / ours);
  }
  return {
    ratio: median(ratios),
    note: `ours ${ours.toFixed(3)} ms, raw ${raw.toFixed(3)} ms at the median`,
  };
}

/** Whether the open loop keeps its rate; where it cannot, it must say so itself. */
async function keepRate(): Promise<BenchResult> {
  const measured = await measure('idle', { kind: 'open', ratePerSecond: rate }, { measureMs: 5000 });
  const { generator, throughputPerSecond } = measured;
  if (generator === undefined) throw new Error('nothing is said of the generator');
  const { lagP50Ms, lagP99Ms, invalid } = generator;
  const lag = `late by ${lagP50Ms.toFixed(2)} ms at the median, ${lagP99Ms.toFixed(2)} ms at p99`;
  return {
    ratio: throughputPerSecond / rate,
    note: `${Math.round(throughputPerSecond)} of ${rate}/s, ${lag}${invalid === undefined ? '' : `; it says: ${invalid}`}`,
  };
}

export default [
  { name: 'engine: a call of 1 ms', minRatio: 0.95, aim: 0.98, run: compareLatency },
  { name: 'engine: open loop of 2,000 calls a second', minRatio: 0.99, aim: 1, run: keepRate },
] satisfies Bench[];
