import type { LoadedConfig, Plan } from '@mcp-test-harness/core';
import type { BenchmarkResult, BenchmarkSettings } from '@mcp-test-harness/core/benchmark';
import type { BaselineMode, RunBaselines } from '@mcp-test-harness/core/baseline';
import { readRevision } from '../baseline/author.ts';
import { baselineOptions, readBaselineMode } from '../baseline/mode.ts';
import { openRunBaselines } from '../baseline/open-for-run.ts';
import {
  baseOptions,
  compareOptions,
  measureOptions,
  readFailOn,
  readSeed,
  readSettings,
} from '../benchmark/settings.ts';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { configOptions, defineCommand, filterOptions, type ParsedArguments } from '../command.ts';
import type { BenchmarkReports } from '../benchmark/reports.ts';
import { requireSense } from '../benchmark/require-sense.ts';
import { withoutSamples } from '../benchmark/without-samples.ts';
import { listenForInterrupt } from '../interrupt.ts';
import type { Io } from '../io.ts';
import { loadFromArguments, planFromArguments, showWarnings } from '../load.ts';
import { atLogLevel } from '../log-level.ts';
import { openPush } from '../metrics/push.ts';
import { pushOptions } from '../metrics/push-options.ts';
import { warnOfUnwritten } from '../report-targets.ts';
import { harnessVersion } from '../version.ts';

const options = {
  ...configOptions,
  ...filterOptions,
  ...measureOptions,
  ...baseOptions,
  ...compareOptions,
  ...baselineOptions,
  ...pushOptions,
  'output-dir': {
    type: 'string',
    value: 'DIR',
    description:
      'The same as --baseline-dir; alone: establish a baseline there, or compare when there is one.',
  },
  report: {
    type: 'list',
    short: 'r',
    value: 'KIND[:FILE]',
    description: 'Write a report: json, html or markdown to FILE, or to stdout without FILE. Repeatable.',
  },
  json: { type: 'boolean', description: 'The whole result as JSON on stdout.' },
  'call-tools': {
    type: 'string',
    value: 'POLICY',
    description:
      'With a command after --: tools to measure: read-only (those annotated readOnlyHint: true; the default), all, or NAME,NAME.',
  },
  quiet: { type: 'boolean', short: 'q', description: 'No progress, and nothing on the terminal but errors.' },
} as const;

type Arguments = ParsedArguments<typeof options>['options'];

export default defineCommand({
  name: 'benchmark',
  summary: 'Measure every test as a benchmark; compare two versions so that the verdict can be believed.',
  usage: '[options] [-- COMMAND [ARGS...]]',
  details: `Any test is a benchmark: its steps are called again and again in fresh server processes, every answer is held
to its expectations, and latency, throughput, CPU time, memory and start-up are told.
With --compare or --compare-ref, base and head run interleaved on this machine in pairs of fresh processes. A first
stage looks at everything, a second measures the suspects again and alone decides: regressed, improved, unchanged or
inconclusive, with an interval. Ends with 1 for a regression (--fail-on) and for calls that fail.
With --establish-baseline, a run is stored and later ones are compared with it (--compare-baseline) and with the runs
that --update-baseline has added since: drift over time, between machines and hours. Runs differ: it takes five of them
before anything below +50 % has a verdict. See \`baseline --help\` for what is stored.`,
  acceptsRest: true,
  options,
  examples: [
    { command: 'mcp-test-harness benchmark', what: 'Measure what the configuration holds' },
    {
      command:
        'mcp-test-harness benchmark --compare-ref merge-base:main --setup-command "npm ci && npm run build"',
      what: 'Did this branch make it slower?',
    },
    { command: 'mcp-test-harness benchmark -t "search*" --rate 200', what: 'Latency under load' },
    {
      command: 'mcp-test-harness benchmark -- node dist/server.js',
      what: 'Without a configuration: its read-only tools, with arguments made up from their schemas',
    },
    {
      command: 'mcp-test-harness benchmark --update-baseline',
      what: 'On every commit of the default branch',
    },
    { command: 'mcp-test-harness benchmark --compare-baseline', what: 'Has it become slower over time?' },
    {
      command: 'mcp-test-harness benchmark --report html:benchmark.html --report json:benchmark.json',
      what: 'With reports',
    },
  ],
  async run({ options: given, rest }, givenIo) {
    requireSense(given, rest);
    await readSettings(given);
    const mode = readMode(given);
    const loaded = rest.length === 0 ? await loadFromArguments(given, givenIo) : undefined;
    const io = loaded === undefined ? givenIo : atLogLevel(givenIo, loaded);
    const push = await openPush(given, loaded, io);
    if (given['push-delete'] === true) {
      await push?.delete();
      return 0;
    }
    const interrupt = listenForInterrupt(io);
    try {
      const plan =
        loaded === undefined
          ? await planCommand(rest, given['call-tools'], io, interrupt.signal)
          : await planFromArguments(loaded, given, io);
      const output = await openReports(given, loaded, io);
      const baselines =
        mode === undefined || loaded === undefined
          ? undefined
          : await openBaselines(mode, loaded, plan, given, io);
      const result = await measure(plan, given, io, interrupt.signal, baselines, output);
      const concluded = await concludeWith(baselines, plan, result, given, io, interrupt.signal);
      await output.write(concluded);
      if (concluded.complete) await push?.send(({ lastBenchmarkOf }) => lastBenchmarkOf(concluded));
      return concluded.exitCode;
    } catch (error) {
      if (interrupt.signal.aborted && (error as { readonly code?: unknown }).code === 'CANCELLED') return 130;
      throw error;
    } finally {
      interrupt.dispose();
    }
  },
});

/** A quick look writes only what it is asked to. */
async function openReports(
  given: Arguments,
  loaded: LoadedConfig | undefined,
  io: Io,
): Promise<BenchmarkReports> {
  const { openBenchmarkReports } = await import('../benchmark/reports.ts');
  const { report: reports, json = false, quiet = false } = given;
  const configured =
    loaded === undefined || given.quick === true
      ? undefined
      : { formats: loaded.config.reporting.formats, outputDir: loaded.config.reporting.output_dir };
  const unwritten =
    configured === undefined ? undefined : warnOfUnwritten(configured.formats, configured.outputDir);
  if (unwritten !== undefined) showWarnings([unwritten], io);
  return await openBenchmarkReports({ reports, json, configured, quiet, otherwise: 'terminal' }, io);
}

async function planCommand(
  command: readonly string[],
  callTools: string | undefined,
  io: Io,
  signal: AbortSignal,
): Promise<Plan> {
  const { planFromCommand } = await import('../benchmark/plan-from-command.ts');
  return await planFromCommand(command, callTools, io, signal);
}

async function openBaselines(
  mode: BaselineMode,
  loaded: LoadedConfig,
  plan: Plan,
  given: Arguments,
  io: Io,
): Promise<RunBaselines> {
  const failOn = given['fail-on'] === undefined ? undefined : readFailOn(given);
  const directory = given['baseline-dir'] ?? given['output-dir'];
  return await openRunBaselines(
    mode,
    loaded,
    plan,
    { directory, directoryOption: '--output-dir', failOn },
    io,
  );
}

function readMode(given: Arguments): BaselineMode | undefined {
  const directory = given['output-dir'];
  if (directory !== undefined && given['baseline-dir'] !== undefined)
    throw new HarnessError({
      code: 'USAGE',
      message: '--baseline-dir and --output-dir exclude each other',
      hint: 'They name the same.',
    });
  const isInterleaved = given.compare !== undefined || given['compare-ref'] !== undefined;
  return readBaselineMode(given, {
    command: 'benchmark',
    shard: given.shard,
    glance: given.quick === true ? '--quick' : undefined,
    interleaved: isInterleaved ? '--compare and --compare-ref' : undefined,
    directoryAlone: directory,
  });
}

/** The samples of a baseline are not for everybody: they leave the result unless they are asked for. */
async function concludeWith(
  baselines: RunBaselines | undefined,
  plan: Plan,
  result: BenchmarkResult,
  given: Arguments,
  io: Io,
  signal: AbortSignal,
): Promise<BenchmarkResult> {
  if (baselines === undefined) return result;
  const concluded = await holdAgainst(baselines, plan, result, io, signal);
  if (given['keep-samples'] === true) return concluded;
  return withoutSamples(concluded);
}

async function holdAgainst(
  baselines: RunBaselines,
  plan: Plan,
  result: BenchmarkResult,
  io: Io,
  signal: AbortSignal,
): Promise<BenchmarkResult> {
  const [{ isCutOff, withBaselines }, { takeContracts }] = await Promise.all([
    import('@mcp-test-harness/core/baseline'),
    import('@mcp-test-harness/core/contract'),
  ]);
  if (isCutOff({ benchmark: result })) return result;
  const [revision, { contracts, warnings }] = await Promise.all([
    readRevision(plan.baseDir, io),
    takeContracts(baselines.wantsContracts ? plan.servers : [], { env: io.env, mask: io.mask, signal }),
  ]);
  const comparisons = await baselines.conclude({ benchmark: result, contracts }, revision);
  return withBaselines({ ...result, warnings: [...result.warnings, ...warnings] }, comparisons);
}

async function measure(
  plan: Plan,
  given: Arguments,
  io: Io,
  signal: AbortSignal,
  baselines: RunBaselines | undefined,
  reports: BenchmarkReports,
): Promise<BenchmarkResult> {
  const [{ runBenchmarks }, { createSnapshotStore }, { openProgressLine }] = await Promise.all([
    import('@mcp-test-harness/core/benchmark'),
    import('@mcp-test-harness/core/assertions'),
    import('../benchmark/progress-line.ts'),
  ]);
  const { prepareBase } = await import('../benchmark/prepare-base.ts');
  const base = await prepareBase(plan, given, io, signal);
  const progress = given.quiet === true ? undefined : openProgressLine(io);
  try {
    return await runBenchmarks(plan, {
      env: io.env,
      cwd: io.cwd,
      signal,
      harness: {
        version: harnessVersion(),
        node: process.versions.node,
        platform: `${process.platform}-${process.arch}`,
      },
      snapshots: createSnapshotStore({ dir: plan.baseDir, update: false, ci: io.ci }),
      settings: withBaselineNeeds(await readSettings(given), baselines),
      failOn: readFailOn(given),
      seed: readSeed(given),
      onProgress: progress?.onProgress,
      onCheckpoint: (partial) => reports.keep(partial),
      compare: base?.compare,
    });
  } finally {
    progress?.close();
    await base?.release();
  }
}

function withBaselineNeeds(
  settings: BenchmarkSettings,
  baselines: RunBaselines | undefined,
): BenchmarkSettings {
  if (baselines === undefined) return settings;
  return {
    ...settings,
    keepSamples: true,
    minimumSamples: baselines.minimumSamples ?? settings.minimumSamples,
  };
}
