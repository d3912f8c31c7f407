import { join } from 'node:path';
import { configOptions, defineCommand } from '../command.ts';
import { paint, type Io } from '../io.ts';
import { resolvePath } from '../load.ts';
import { loadServiceFromArguments } from '../load-service.ts';
import type { MaintenanceContext, Step, StepResult } from '../maintenance/define.ts';
import { readSeconds } from '../read-seconds.ts';
import { visible } from '../visible.ts';
import { withAudit } from '../with-audit.ts';
import { HarnessError, isHarnessError } from '@mcp-test-harness/core/errors';

export default defineCommand({
  name: 'maintenance',
  summary: 'Do what has to be done now and then, in order, and say what came of each step.',
  usage: '[options]',
  details: `1. health check   everything that \`health-check --comprehensive\` looks at
2. test suites    forward to their repository's branch (git), when the tree is clean, the
                  configuration is valid with them and, with --require-signed, the
                  signature is good
3. baselines      \`baseline update --auto-approve\`: what the rules allow
4. old reports    beyond reporting.retention_days
5. log rotation   logrotate, where there is a configuration for it
6. old backups    beyond --retention-days, the newest --keep excepted

Steps 2 and 3 are not done when the health check has failed. Ends with 1 when a step has
failed; the others are done all the same.`,
  options: {
    ...configOptions,
    'dry-run': { type: 'boolean', description: 'Only say what would be done.' },
    suites: {
      type: 'string',
      value: 'DIR',
      description: 'Where suites lie. Default: test-suites in the tree of the configuration.',
    },
    'require-signed': { type: 'boolean', description: 'Take suites only from a signed commit.' },
    'backup-dir': {
      type: 'string',
      value: 'DIR',
      description: 'Where backups lie. Default: /var/backups/mcp-test-harness.',
    },
    'retention-days': { type: 'number', value: 'N', description: 'Remove older backups. Default: 30.' },
    keep: { type: 'number', value: 'N', description: 'So many of the newest stay. Default: 5.' },
    'logrotate-config': {
      type: 'string',
      value: 'FILE',
      description: 'Default: /etc/logrotate.d/mcp-test-harness.',
    },
    timeout: { type: 'number', value: 'SECONDS', description: 'Time limit of each check. Default: 10.' },
    json: { type: 'boolean', description: 'As JSON on stdout, for other programs.' },
  },
  examples: [
    { command: 'mcp-test-harness maintenance --config production.yaml', what: 'In a weekly timer' },
    { command: 'mcp-test-harness maintenance --dry-run', what: 'What would it do?' },
  ],
  async run({ options }, io) {
    const timeoutMs = readSeconds('timeout', options.timeout, 10);
    const { defaultBackupDirectory, placesOf } = await import('@mcp-test-harness/service/backup');
    const { writeStamp } = await import('@mcp-test-harness/service/checks');
    const settings = await loadServiceFromArguments(options, io);
    const given = options['backup-dir'];
    const context: MaintenanceContext = {
      settings,
      args: options,
      io,
      backupDirectory: given === undefined ? defaultBackupDirectory : resolvePath(io, given),
      suitesDirectory:
        options.suites === undefined
          ? join(placesOf(settings).configRoot, 'test-suites')
          : resolvePath(io, options.suites),
      requireSigned: options['require-signed'] === true,
      logrotateFile: resolvePath(io, options['logrotate-config'] ?? '/etc/logrotate.d/mcp-test-harness'),
      retentionDays: readWhole('retention-days', options['retention-days'] ?? 30),
      keep: readWhole('keep', options.keep ?? 5),
      timeoutMs,
      dryRun: options['dry-run'] === true,
    };
    const work = (): Promise<readonly NamedResult[]> => runSteps(context, options.json !== true, io);
    const results = context.dryRun
      ? await work()
      : await withAudit(settings, { action: 'service:maintenance', target: settings.file }, io, work);
    const bad = results.filter(({ state }) => state === 'failed');
    if (options.json === true) io.stdout(`${JSON.stringify(results, undefined, 2)}\n`);
    if (!context.dryRun)
      await writeStamp(settings.service.dataDir, 'maintenance', {
        at: new Date().toISOString(),
        what: bad.length === 0 ? 'no step failed' : `failed: ${bad.map(({ name }) => name).join(', ')}`,
      });
    return bad.length === 0 ? 0 : 1;
  },
});

interface NamedResult extends StepResult {
  readonly name: string;
}

async function runSteps(
  context: MaintenanceContext,
  isSpoken: boolean,
  io: Io,
): Promise<readonly NamedResult[]> {
  const { steps } = await import('../maintenance/steps.ts');
  const results: NamedResult[] = [];
  for (const step of steps) {
    const isSick = results[0]?.state === 'failed';
    const result = await runStep(step, context, isSick);
    results.push({ name: step.name, ...result });
    if (isSpoken) io.stdout(render(step.name, result, io));
  }
  return results;
}

/** What one step throws does not keep the others from being done. */
async function runStep(step: Step, context: MaintenanceContext, isSick: boolean): Promise<StepResult> {
  if (isSick && step.needsHealth) return { state: 'skipped', said: 'not while the health check fails' };
  try {
    return await step.run(context);
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    return { state: 'failed', said: error.message, hint: error.hint };
  }
}

const styles = { done: 'green', failed: 'red', skipped: 'dim' } as const;

function render(name: string, { state, said, hint }: StepResult, io: Io): string {
  const line = `${paint(io, styles[state], state.padEnd(8))}${name.padEnd(14)}${visible(io.mask(said))}\n`;
  return hint === undefined ? line : `${line}${' '.repeat(22)}${visible(io.mask(hint))}\n`;
}

function readWhole(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= 36_500) return value;
  throw new HarnessError({
    code: 'USAGE',
    message: `--${name} must be a whole number from 1 on, not ${value}`,
  });
}
