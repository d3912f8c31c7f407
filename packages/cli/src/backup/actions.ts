import { configOptions, type OptionDefinitions, type ParsedArguments } from '../command.ts';
import type { Io } from '../io.ts';

export const backupCommandOptions = {
  ...configOptions,
  dir: {
    type: 'string',
    value: 'DIR',
    description: 'Where backups lie. Default: /var/backups/mcp-test-harness.',
  },
  'reports-days': {
    type: 'number',
    value: 'N',
    description: 'create: reports of the last N days. Default: 30.',
  },
  'retention-days': {
    type: 'number',
    value: 'N',
    description: 'create, prune: remove backups older than N days. Default: 30; create: 0 removes none.',
  },
  keep: {
    type: 'number',
    value: 'N',
    description: 'create, prune: the N newest are kept however old they are. Default: 5.',
  },
  'allow-missing': {
    type: 'list',
    value: 'PART',
    description: 'create: this part may be absent, e.g. baselines. Repeatable.',
  },
  'with-secrets': {
    type: 'boolean',
    description: 'create: although secrets stand in the configuration in the clear.',
  },
  latest: { type: 'boolean', description: 'list: only the name of the newest, for scripts.' },
  root: {
    type: 'string',
    value: 'DIR',
    description: 'restore: everything below DIR instead of where it was; touches nothing else.',
  },
  'force-stopped': {
    type: 'boolean',
    description:
      'restore: although something answers where the service would, or is connected to its database.',
  },
  'dry-run': { type: 'boolean', description: 'prune: only say what would be removed.' },
  json: { type: 'boolean', description: 'As JSON on stdout, for other programs.' },
} as const satisfies OptionDefinitions;

export type BackupArguments = ParsedArguments<typeof backupCommandOptions>['options'];

/** @param name the backup that is meant, for the actions that take one */
export type BackupActionRun = (options: BackupArguments, name: string | undefined, io: Io) => Promise<number>;

interface Action {
  readonly what: string;
  /** Options besides those that all have. */
  readonly options: readonly string[];
  readonly takesName: boolean;
  readonly load: () => Promise<{ readonly default: BackupActionRun }>;
}

/** One action of `backup`: a file in `actions`, and a line here. */
export const backupActions: Readonly<Record<string, Action>> = {
  create: {
    what: 'save configuration, baselines, reports, database and audit log; whole, or not at all',
    options: ['config', 'reports-days', 'retention-days', 'keep', 'allow-missing', 'with-secrets', 'json'],
    takesName: false,
    load: () => import('./actions/create.ts'),
  },
  list: {
    what: 'what there is, newest first',
    options: ['latest', 'json'],
    takesName: false,
    load: () => import('./actions/list.ts'),
  },
  verify: {
    what: 'is a backup (default: the newest) whole, as it was made, and safe to unpack? Ends with 1 when not',
    options: ['config', 'json'],
    takesName: true,
    load: () => import('./actions/verify.ts'),
  },
  restore: {
    what: 'put a backup back: verified first, what is there saved first, all or nothing; the service must be stopped',
    options: ['config', 'root', 'force-stopped', 'json'],
    takesName: true,
    load: () => import('./actions/restore.ts'),
  },
  recover: {
    what: 'complete, or undo, a restore that was killed; nothing when there is none',
    options: ['config', 'json'],
    takesName: false,
    load: () => import('./actions/recover.ts'),
  },
  prune: {
    what: 'remove old backups',
    options: ['retention-days', 'keep', 'dry-run', 'json'],
    takesName: false,
    load: () => import('./actions/prune.ts'),
  },
};
