import { HarnessError } from '@mcp-test-harness/core/errors';
import { suggestName } from '@mcp-test-harness/core/nearest';
import { backupActions, backupCommandOptions, type BackupArguments } from '../backup/actions.ts';
import { defineCommand } from '../command.ts';
import { wrap } from '../wrap.ts';

const names = Object.keys(backupActions);
const forAll: ReadonlySet<string> = new Set(['dir']);
/** They choose and change a configuration, so they go with it. */
const withConfig: ReadonlySet<string> = new Set(['environment', 'overlay', 'set']);

export default defineCommand({
  name: 'backup',
  summary: 'Save what the service cannot do without, verify it, and put it back.',
  usage: `${names.join('|')} [NAME] [options]`,
  details: `${describeActions()}

A backup is DIR/YYYYMMDD_HHMMSS/ (in UTC): config.tar.gz, baselines.tar.gz, reports.tar.gz, the
database, audit-log.tar.gz, and manifest.json with the checksum of each. Private keys and key
files are never in it; the manifest says which were left out. With security.data_protection
the configuration is encrypted; without it, one in which secrets stand is refused.
PostgreSQL is saved by pg_dump and put back by pg_restore, in one transaction.
What a restore replaces is a backup itself, of the type before-restore. The audit log is put
back only where there is none. Reports that came later stay.`,
  positionals: { name: `an action (${names.join(', ')})`, min: 1, max: 2, choices: names },
  options: backupCommandOptions,
  examples: [
    { command: 'mcp-test-harness backup create --config production.yaml', what: 'Nightly' },
    {
      command: 'mcp-test-harness backup restore --root /tmp/drill "$(mcp-test-harness backup list --latest)"',
      what: 'A drill, which touches nothing',
    },
    { command: 'mcp-test-harness backup restore 20261126_020000', what: 'After a disk was lost' },
  ],
  async run({ options, positionals: [name = '', backup] }, io) {
    const action = Object.hasOwn(backupActions, name) ? backupActions[name] : undefined;
    if (action === undefined) throw usage(`unknown action "${name}"`, suggestName(name, names));
    if (backup !== undefined && !action.takesName)
      throw usage(`backup ${name} takes no name of a backup`, 'Only verify and restore do.');
    refuseUnused(name, action.options, options);
    const { default: run } = await action.load();
    return await run(options, backup, io);
  },
});

function describeActions(): string {
  const width = Math.max(...names.map(({ length }) => length)) + 2;
  return Object.entries(backupActions)
    .flatMap(([name, { what }]) =>
      wrap(what, 78 - width).map((line, index) => `${(index === 0 ? name : '').padEnd(width)}${line}`),
    )
    .join('\n');
}

/** An option that is taken and ignored would be a lie. */
function refuseUnused(action: string, own: readonly string[], given: BackupArguments): void {
  for (const name of Object.keys(backupCommandOptions)) {
    const value = given[name as keyof BackupArguments];
    const isGiven = Array.isArray(value) ? value.length > 0 : value !== undefined;
    const isMeant =
      forAll.has(name) || own.includes(name) || (withConfig.has(name) && own.includes('config'));
    if (!isGiven || isMeant) continue;
    const of = names.filter((one) => backupActions[one]?.options.includes(name));
    throw usage(`--${name} means nothing for backup ${action}`, `It belongs to ${of.join(' and ')}.`);
  }
}

function usage(message: string, hint: string): HarnessError {
  return new HarnessError({
    code: 'USAGE',
    message,
    hint: `${hint} See \`mcp-test-harness backup --help\`.`,
  });
}
