import { createSnapshotStore } from '@mcp-test-harness/core/assertions';
import { isCutOff, withBaselines } from '@mcp-test-harness/core/baseline';
import {
  defaultBenchmarkSettings,
  runBenchmarks,
  type BenchmarkResult,
} from '@mcp-test-harness/core/benchmark';
import { takeContracts } from '@mcp-test-harness/core/contract';
import { createMasker } from '@mcp-test-harness/core/runner';
import { benchmarkReporters, createBenchmarkReporter } from '@mcp-test-harness/report/benchmark';
import type { RunJob } from '../messages.ts';
import { summariseBenchmarks } from '../summarise/summarise-benchmarks.ts';
import { openJobBaselines } from './baselines.ts';
import type { RenderedReport, RunCarrier } from './define.ts';
import { documentContext, harnessOf } from './reports.ts';
import { tellingServers } from './tests.ts';

/** Measures suites, holds them against their baselines, and adds them to the history. */
const carryOutBenchmarks: RunCarrier = async (job, port) => {
  const { plan, env, withholdsBodies } = job;
  const baselines = await openJobBaselines(
    'update',
    plan.suites.map(({ name }) => name),
    job,
  );
  const { minimumSamples = defaultBenchmarkSettings.minimumSamples } = baselines;
  const measured = await runBenchmarks(plan, {
    env,
    cwd: plan.baseDir,
    signal: port.signal,
    harness: harnessOf(job),
    snapshots: createSnapshotStore({ dir: plan.baseDir, update: false, ci: true }),
    connect: tellingServers(port),
    settings: { ...defaultBenchmarkSettings, minimumSamples, keepSamples: true },
    // Of a comparison with a base at hand, which there is none of here.
    failOn: 'never',
    seed: Math.floor(Math.random() * 2 ** 31),
  });
  const result = await conclude(measured);
  const { baselineOf, notes } = baselines;
  return {
    ...summariseBenchmarks(result, { plan, baselineOf, notes, withholdsBodies }),
    reports: await renderBenchmarks(withoutSamples(result), job),
    interrupted: result.verdict === 'interrupted',
  };

  async function conclude(benchmark: BenchmarkResult): Promise<BenchmarkResult> {
    if (isCutOff({ benchmark })) return benchmark;
    const mask = createMasker(plan.secrets).text;
    const { contracts, warnings } = await takeContracts(plan.servers, { env, mask, signal: port.signal });
    const comparisons = await baselines.conclude({ benchmark, contracts });
    const concluded = withBaselines(
      { ...benchmark, warnings: [...benchmark.warnings, ...warnings] },
      comparisons,
    );
    // That a run is too noisy to be a measure of others is told, and no fault of the server.
    if (comparisons.some(({ failures }) => failures.length > 0)) return concluded;
    return { ...concluded, verdict: benchmark.verdict, exitCode: benchmark.exitCode };
  }
};

export default carryOutBenchmarks;

async function renderBenchmarks(result: BenchmarkResult, job: RunJob): Promise<readonly RenderedReport[]> {
  const rendered: RenderedReport[] = [];
  for (const { name, defaultFile } of benchmarkReporters) {
    if (defaultFile === undefined || !job.formats.includes(name)) continue;
    const { render } = await createBenchmarkReporter(name, documentContext(job));
    rendered.push({ name: defaultFile, parts: render(result) });
  }
  return rendered;
}

/** A report has the distributions; every single latency would make it as large as they are many. */
function withoutSamples(result: BenchmarkResult): BenchmarkResult {
  return {
    ...result,
    settings: { ...result.settings, keepSamples: false },
    benchmarks: result.benchmarks.map((one) =>
      one.state === 'measured' || one.state === 'short' ? { ...one, samplesMs: undefined } : one,
    ),
  };
}
