import type { Io } from '../io.ts';
import type { OptionDefinitions, ParsedArguments } from '../command.ts';
import { configOptions } from '../command.ts';

export const baselineCommandOptions = {
  ...configOptions,
  dir: {
    type: 'string',
    value: 'DIR',
    description: 'Directory of the baselines. Default: performance.baseline_storage_path.',
  },
  suite: { type: 'string', short: 's', value: 'NAME', description: 'Only this suite.' },
  all: { type: 'boolean', description: 'rebuild: every suite.' },
  rerun: {
    type: 'boolean',
    description: 'rebuild: measure again, and let what is measured be the measure of later runs.',
  },
  'auto-approve': {
    type: 'boolean',
    description: 'update: approve what the rules allow, without asking.',
  },
  force: { type: 'boolean', description: 'update: approve against the rules; needs --reason.' },
  reason: { type: 'string', value: 'TEXT', description: 'update, rollback: why, for the journal.' },
  to: {
    type: 'number',
    value: 'N',
    description: 'rollback, diff: the version, as `baseline show` lists them. Default of rollback: the last.',
  },
  json: { type: 'boolean', description: 'As JSON on stdout, for other programs.' },
} as const satisfies OptionDefinitions;

export type BaselineArguments = ParsedArguments<typeof baselineCommandOptions>['options'];

/** One action of `baseline`: a file in this folder's `actions`, and a line here. Returns the exit code. */
export type BaselineActionRun = (options: BaselineArguments, io: Io) => Promise<number>;

interface Action {
  readonly what: string;
  /** Options besides those that all have. */
  readonly options: readonly string[];
  readonly load: () => Promise<{ readonly default: BaselineActionRun }>;
}

export const baselineActions: Readonly<Record<string, Action>> = {
  list: {
    what: 'every suite, its approved run, how long its history is and where it goes',
    options: ['json'],
    load: () => import('./actions/list.ts'),
  },
  show: {
    what: 'one suite in full: benchmarks, runs, steps and drifts, who approved what',
    options: ['json'],
    load: () => import('./actions/show.ts'),
  },
  validate: {
    what: 'is every baseline.json statistically sound? Ends with 1 when one is not',
    options: ['json'],
    load: () => import('./actions/validate.ts'),
  },
  diff: {
    what: 'the newest run of the history against the baseline, or the baseline against an earlier version (--to)',
    options: ['json', 'to'],
    load: () => import('./actions/diff.ts'),
  },
  update: {
    what: 'propose the newest run as the measure of later ones; approves only when told to',
    options: ['json', 'auto-approve', 'force', 'reason'],
    load: () => import('./actions/update.ts'),
  },
  rollback: {
    what: 'approve again what was approved before',
    options: ['json', 'to', 'reason'],
    load: () => import('./actions/rollback.ts'),
  },
  rebuild: {
    what: 'write a corrupt baseline.json again from its journal (--all, or --suite); --rerun measures again',
    options: ['json', 'all', 'rerun'],
    load: () => import('./actions/rebuild.ts'),
  },
};
