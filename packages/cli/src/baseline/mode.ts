import type { BaselineMode } from '@mcp-test-harness/core/baseline';
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
  'baseline-dir': {
    type: 'string',
    value: 'DIR',
    description:
      'Where baseline.json is (DIR/SUITE/baseline.json for several suites). Default: performance.baseline_storage_path.',
  },
} as const satisfies OptionDefinitions;

type Given = Pick<ParsedArguments<typeof baselineOptions>['options'], keyof typeof baselineOptions>;

/** What else was given that baselines do not go with. */
export interface BesideBaselines {
  readonly command: string;
  readonly shard: string | undefined;
  /** A look that writes nothing: the option that asks for it. */
  readonly glance?: string | undefined;
  /** Compared with a base at hand: the options that do. */
  readonly interleaved?: string | undefined;
  /** The option that names the directory and alone establishes or compares, where it was given. */
  readonly directoryAlone?: string | undefined;
}

/**
 * What is to be done with baselines; undefined: nothing. `glance`: print a comparison when there is a baseline, decide
 * nothing by it.
 * @throws HarnessError USAGE for options that exclude each other
 */
export function readBaselineMode(given: Given, beside: BesideBaselines): BaselineMode | undefined {
  const { glance, interleaved, shard, directoryAlone } = beside;
  const usage = (message: string, hint: string): HarnessError =>
    new HarnessError({
      code: 'USAGE',
      message,
      hint: `${hint} See \`mcp-test-harness ${beside.command} --help\`.`,
    });
  const wanted = (['establish', 'compare', 'update'] as const).filter(
    (mode) => given[`${mode}-baseline`] === true,
  );
  const [mode, other] = wanted;
  if (mode !== undefined && other !== undefined)
    throw usage(`--${mode}-baseline and --${other}-baseline exclude each other`, 'Choose one.');
  const directory = directoryAlone ?? given['baseline-dir'];
  if (interleaved !== undefined) {
    if (mode !== undefined || directory !== undefined)
      throw usage(
        'an interleaved comparison has its base at hand, and no baseline',
        `Leave ${interleaved} out, or the options of baselines.`,
      );
    return undefined;
  }
  if (glance !== undefined) {
    if (mode === 'establish' || mode === 'update')
      throw usage(`${glance} writes nothing, so that --${mode}-baseline cannot be`, `Leave ${glance} out.`);
    return 'glance';
  }
  if (shard !== undefined && (mode ?? directory) !== undefined && mode !== 'compare')
    throw usage('a shard is a part of a suite, and no baseline', 'Leave --shard out.');
  if (mode !== undefined) return mode;
  if (directory === undefined) return undefined;
  if (directoryAlone !== undefined) return 'establish-or-compare';
  throw usage(
    `--baseline-dir ${directory} means nothing by itself`,
    'Add --compare-baseline, --update-baseline or --establish-baseline.',
  );
}
