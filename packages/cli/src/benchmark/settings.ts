import type { BenchmarkSettings, FailOn, InterleavedSettings, Load } from '@mcp-test-harness/core/benchmark';
import { HarnessError } from '@mcp-test-harness/core/errors';
import type { OptionDefinitions, ParsedArguments } from '../command.ts';

/** Options that say how much is measured, and what counts. */
export const measureOptions = {
  iterations: {
    type: 'number',
    value: 'N',
    description: 'Exactly so many calls of each benchmark. Default: as many as fit into a second.',
  },
  duration: {
    type: 'number',
    value: 'SECONDS',
    description: 'Measuring time of all benchmarks together, warm-ups not counted.',
  },
  quick: { type: 'boolean', description: 'Five calls in one process: a first look that writes nothing.' },
  processes: {
    type: 'number',
    value: 'N',
    description: 'Fresh server processes over which the calls are spread. Default: 5.',
  },
  concurrency: {
    type: 'number',
    value: 'N',
    description: 'Closed loop: N callers at once, each waiting for its answer.',
  },
  rate: {
    type: 'number',
    value: 'N',
    description: 'Open loop: N calls a second, however slow the answers; latency from when each was due.',
  },
  calibrate: {
    type: 'boolean',
    description: 'Measure our reference servers too; --no-calibrate leaves them out.',
  },
  'keep-samples': { type: 'boolean', description: 'Keep every latency in the JSON result.' },
} as const satisfies OptionDefinitions;

/** Options that name the base of a comparison. */
export const baseOptions = {
  compare: {
    type: 'string',
    value: 'COMMAND',
    description: 'Compare with this command as the base, both measured interleaved.',
  },
  'compare-ref': {
    type: 'string',
    value: 'REF',
    description:
      'Compare with the server as it was at a branch, tag or commit (a worktree); merge-base:main is where you left main.',
  },
  'setup-command': {
    type: 'string',
    value: 'COMMAND',
    description: 'What makes the worktree of --compare-ref ready, e.g. "npm ci && npm run build".',
  },
} as const satisfies OptionDefinitions;

export const compareOptions = {
  pairs: {
    type: 'number',
    value: 'N',
    description: 'Pairs of processes in stage 1 (default 8); stage 2 has three quarters more.',
  },
  'min-effect': {
    type: 'number',
    value: 'PERCENT',
    description: 'Smallest change that counts. Default: 3.',
  },
  'fail-on': {
    type: 'string',
    value: 'LEVEL',
    choices: ['any', 'warning', 'error', 'critical', 'never'],
    description:
      'Which regression ends with 1: any, or one of at least this severity (+25, +50, +100 %). Default: any; against a baseline performance.fail_on.',
  },
  seed: { type: 'number', value: 'N', description: 'Repeat the random order of an earlier run.' },
  wait: { type: 'boolean', description: 'Wait for a quieter machine (default); --no-wait does not.' },
  pin: { type: 'boolean', description: 'Keep each pair on one core (default); --no-pin does not.' },
} as const satisfies OptionDefinitions;

type MeasureArguments = ParsedArguments<typeof measureOptions>['options'];
type CompareArguments = ParsedArguments<typeof compareOptions>['options'];

/** @throws HarnessError USAGE for numbers that make no sense, and for options that exclude each other */
export async function readSettings(options: MeasureArguments): Promise<BenchmarkSettings> {
  const quick = options.quick === true;
  if (quick && options.iterations !== undefined) {
    throw usage('--quick and --iterations exclude each other', '--quick makes five calls.');
  }
  const iterations = quick ? 5 : positiveInteger('iterations', options.iterations);
  const durationMs = positive('duration', options.duration);
  const load = readLoad(options);
  const processes = positiveInteger('processes', options.processes);
  const { defaultBenchmarkSettings: defaults } = await import('@mcp-test-harness/core/benchmark');
  return {
    ...defaults,
    ...(quick ? quickSettings : {}),
    ...(load === undefined ? {} : { load }),
    ...(processes === undefined || quick ? {} : { processes }),
    ...(options.calibrate === undefined ? {} : { calibrate: options.calibrate }),
    iterations,
    durationMs: durationMs === undefined ? undefined : durationMs * 1000,
    keepSamples: options['keep-samples'] === true,
  };
}

/** A look, of no use as a baseline. */
const quickSettings = { processes: 1, warmupMs: 0, minimumSamples: 5, calibrate: false } as const;

/** Undefined: the default. */
function readLoad({ concurrency, rate }: MeasureArguments): Load | undefined {
  if (concurrency !== undefined && rate !== undefined) {
    throw usage(
      '--concurrency and --rate exclude each other',
      'A closed loop has callers, an open loop a rate.',
    );
  }
  if (concurrency !== undefined) {
    return { kind: 'closed', concurrency: positiveInteger('concurrency', concurrency) ?? 1 };
  }
  if (rate !== undefined) return { kind: 'open', ratePerSecond: positive('rate', rate) ?? 1 };
  return undefined;
}

/** How base and head are compared. */
export async function readCompareSettings(options: CompareArguments): Promise<InterleavedSettings> {
  const { defaultInterleavedSettings: defaults } = await import('@mcp-test-harness/core/benchmark');
  const firstPairs = positiveInteger('pairs', options.pairs) ?? defaults.firstPairs;
  if (firstPairs < 6) {
    throw usage(
      `--pairs ${firstPairs}: fewer than 6 pairs cannot support any verdict`,
      `The default is ${defaults.firstPairs}.`,
    );
  }
  return {
    ...defaults,
    firstPairs,
    secondPairs: Math.round((firstPairs * defaults.secondPairs) / defaults.firstPairs),
    waitForQuiet: options.wait ?? defaults.waitForQuiet,
    pin: options.pin ?? defaults.pin,
    minimumEffectPercent: positive('min-effect', options['min-effect']) ?? defaults.minimumEffectPercent,
  };
}

export function readSeed({ seed }: CompareArguments): number {
  return seed ?? Math.floor(Math.random() * 2 ** 31);
}

export function readFailOn(options: CompareArguments): FailOn {
  return (options['fail-on'] as FailOn | undefined) ?? 'any';
}

function positive(name: string, value: number | undefined): number | undefined {
  if (value === undefined || value > 0) return value;
  throw usage(`--${name} must be more than 0, not ${value}`);
}

function positiveInteger(name: string, value: number | undefined): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value > 0)) return value;
  throw usage(`--${name} must be a whole number from 1 on, not ${value}`);
}

function usage(message: string, hint?: string): HarnessError {
  return new HarnessError({
    code: 'USAGE',
    message,
    hint: hint ?? 'See `mcp-test-harness benchmark --help`.',
  });
}
