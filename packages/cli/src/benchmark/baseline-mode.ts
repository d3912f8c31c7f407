import { HarnessError } from '@mcp-test-harness/core/errors';
import type { OptionDefinitions, ParsedArguments } from '../command.ts';

/** Options that bring stored baselines in. */
export const baselineOptions = {
  'establish-baseline': {
    type: 'boolean',
    description: 'Make this run what later ones are compared with; what was before is kept.',
  },
  'compare-baseline': {
    type: 'boolean',
    description: 'Compare this run with the baseline of its suite; writes nothing.',
  },
  'update-baseline': {
    type: 'boolean',
    description:
      "Compare, and add this run to the baseline's history; the rules decide whether it is the new measure.",
  },
  'output-dir': {
    type: 'string',
    value: 'DIR',
    description:
      'Where baseline.json is (DIR/SUITE/baseline.json for several suites). Alone: establish it, or compare when it is there. Default: performance.baseline_storage_path.',
  },
} as const satisfies OptionDefinitions;

export type BaselineMode = 'establish' | 'compare' | 'update' | 'establish-or-compare' | 'glance';

type Given = Pick<ParsedArguments<typeof baselineOptions>['options'], keyof typeof baselineOptions> & {
  readonly quick: boolean | undefined;
  readonly compare: string | undefined;
  readonly 'compare-ref': string | undefined;
  readonly shard: string | undefined;
};

/**
 * What is to be done with baselines; undefined: nothing. `glance`: print a comparison when there is a baseline, decide
 * nothing by it.
 * @throws HarnessError USAGE for options that exclude each other
 */
export function readBaselineMode(given: Given): BaselineMode | undefined {
  const wanted = (['establish', 'compare', 'update'] as const).filter(
    (mode) => given[`${mode}-baseline`] === true,
  );
  const [mode, other] = wanted;
  if (mode !== undefined && other !== undefined)
    throw usage(`--${mode}-baseline and --${other}-baseline exclude each other`, 'Choose one.');
  const isInterleaved = given.compare !== undefined || given['compare-ref'] !== undefined;
  if (isInterleaved) {
    if (mode !== undefined || given['output-dir'] !== undefined)
      throw usage(
        'an interleaved comparison has its base at hand, and no baseline',
        'Leave --compare and --compare-ref out, or the options of baselines.',
      );
    return undefined;
  }
  if (given.quick === true) {
    if (mode === 'establish' || mode === 'update')
      throw usage(`--quick writes nothing, so that --${mode}-baseline cannot be`, 'Leave --quick out.');
    return 'glance';
  }
  if (given.shard !== undefined && (mode ?? given['output-dir']) !== undefined && mode !== 'compare')
    throw usage('a shard is a part of a suite, and no baseline', 'Leave --shard out.');
  if (mode !== undefined) return mode;
  return given['output-dir'] === undefined ? undefined : 'establish-or-compare';
}

function usage(message: string, hint: string): HarnessError {
  return new HarnessError({
    code: 'USAGE',
    message,
    hint: `${hint} See \`mcp-test-harness benchmark --help\`.`,
  });
}
