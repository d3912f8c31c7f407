/**
 * Measures the measuring: how often an interleaved comparison cries wolf when nothing has changed (A/A), and how often
 * it finds what was injected (A/B), live on this machine. Prints the table of docs/benchmarks.md.
 *
 *   npm run bench:regression -- [--aa 40] [--ab 20] [--busy] [--seed 1] [--out FILE]
 *
 * `--busy` keeps one core busy by another process meanwhile. Takes about a minute a run, of a machine that does nothing else.
 */
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { defaultInterleavedSettings, runBenchmarks } from '../../packages/core/src/benchmark/index.ts';
import type { BenchmarkResult } from '../../packages/core/src/benchmark/index.ts';
import { median, Random } from '../../packages/core/src/statistics/index.ts';
import { injectInto, planOf, serverWith, toolCount } from './scenario.ts';
import { summarise } from './summary.ts';
import type { RunSummary } from './summary.ts';

const { values } = parseArgs({
  options: {
    aa: { type: 'string', default: '40' },
    ab: { type: 'string', default: '20' },
    busy: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    out: { type: 'string' },
  },
});
const random = new Random(Number(values.seed));
const busy = values.busy ? spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }) : undefined;
process.once('exit', () => busy?.kill('SIGKILL'));
process.once('SIGINT', () => process.exit(130));
const runs: RunSummary[] = [];

try {
  const kinds = random.shuffle([
    ...Array.from({ length: Number(values.aa) }, () => 'A/A' as const),
    ...Array.from({ length: Number(values.ab) }, () => 'A/B' as const),
  ]);
  for (const [index, kind] of kinds.entries()) {
    const changes =
      kind === 'A/A'
        ? new Map()
        : injectInto(random.shuffle(Array.from({ length: toolCount }, (_, tool) => tool)));
    const result = await compare(changes, random.below(2 ** 31));
    const summary = toSummary(kind, changes, result);
    runs.push(summary);
    if (values.out !== undefined) appendFileSync(values.out, `${JSON.stringify(summary)}\n`);
    const wrong = summary.benchmarks.filter((one) => one.injected === 'none' && isAlarm(one.verdict));
    console.log(
      `${index + 1}/${kinds.length}  ${kind}  ${(summary.durationMs / 1000).toFixed(0)} s  false alarms: ${wrong.map(({ id }) => id).join(', ') || 'none'}`,
    );
  }
} finally {
  busy?.kill('SIGKILL');
}
console.log(`\n${summarise(runs).join('\n')}`);
console.log(
  `\nmedian measuring time ${(median(runs.map(({ durationMs }) => durationMs)) / 1000).toFixed(1)} s a run`,
);

async function compare(changes: Parameters<typeof serverWith>[0], seed: number): Promise<BenchmarkResult> {
  const base = serverWith(new Map());
  const head = serverWith(changes);
  return await runBenchmarks(planOf(head), {
    env: { PATH: process.env['PATH'] },
    harness: { version: 'bench', node: process.versions.node, platform: process.platform },
    snapshots: { mode: 'never', read: async () => undefined, write: async () => undefined },
    settings: {
      load: { kind: 'sequential' },
      processes: 1,
      measureMs: 1000,
      warmupMs: 50,
      minimumSamples: 10,
      calibrate: false,
      keepSamples: false,
    },
    failOn: 'any',
    seed,
    compare: {
      baseOf: () => base,
      base: { label: 'A' },
      head: { label: 'B' },
      settings: defaultInterleavedSettings,
    },
  });
}

function toSummary(
  kind: RunSummary['kind'],
  changes: ReadonlyMap<string, RunSummary['benchmarks'][number]['injected']>,
  { comparison, durationMs, error }: BenchmarkResult,
): RunSummary {
  if (comparison === undefined) throw new Error(`nothing was compared: ${error?.message ?? 'unknown'}`);
  return {
    kind,
    durationMs,
    busyPairs: comparison.busyPairs,
    suspects: comparison.stages.suspects,
    benchmarks: comparison.benchmarks.map(({ id, verdict, metrics }) => ({
      id,
      verdict,
      injected: changes.get(id) ?? 'none',
      metrics: metrics.map((metric) => ({
        metric: metric.metric,
        verdict: metric.verdict,
        changePercent: metric.changePercent,
        intervalPercent: metric.intervalPercent,
      })),
    })),
  };
}

function isAlarm(verdict: string): boolean {
  return verdict === 'regressed' || verdict === 'improved';
}
