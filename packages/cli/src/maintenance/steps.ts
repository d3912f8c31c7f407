import { existsSync } from 'node:fs';
import { count } from '../count.ts';
import { runHealth } from '../health/run-health.ts';
import { renderChecks } from '../health/render.ts';
import { done, stepFailed, stepSkipped, type MaintenanceContext, type Step } from './define.ts';
import { updateSuites } from './update-suites.ts';

const dayMs = 86_400_000;

/** In this order: whether it is well comes first, and what depends on that comes behind it. */
export const steps: readonly Step[] = [
  {
    name: 'health check',
    needsHealth: false,
    run: async ({ settings, backupDirectory, timeoutMs, io }) => {
      const { checks, healthy } = await runHealth(
        { settings, comprehensive: true, checklist: false, backupDirectory, timeoutMs },
        io,
      );
      if (healthy) return done(`${count(checks.length, 'check')}, none failed`);
      const bad = checks.filter(({ state }) => state === 'failed');
      io.stderr(renderChecks(bad, io));
      return stepFailed(`failed: ${bad.map(({ name }) => name).join(', ')}`);
    },
  },
  { name: 'test suites', needsHealth: true, run: updateSuites },
  { name: 'baselines', needsHealth: true, run: updateBaselines },
  {
    name: 'old reports',
    needsHealth: false,
    run: async ({ settings, dryRun }) => {
      const { outputDir, retentionMs } = settings.reporting;
      if (retentionMs === undefined) return stepSkipped('reporting.retention_days is not set: all are kept');
      const before = Date.now() - retentionMs;
      const said = `${outputDir}, older than ${Math.round(retentionMs / dayMs)} days`;
      if (dryRun) return done(`reports in ${said} would be removed`);
      const { removeOldReports } = await import('@mcp-test-harness/service/runs');
      return done(`${count(await removeOldReports(outputDir, before), 'file')} removed from ${said}`);
    },
  },
  {
    name: 'log rotation',
    needsHealth: false,
    run: async ({ logrotateFile, dryRun, io }) => {
      if (!existsSync(logrotateFile))
        return stepSkipped(`there is no ${logrotateFile}: copy deploy/logrotate/mcp-test-harness there`);
      const { runProgram } = await import('@mcp-test-harness/service/backup');
      const { exitCode, stderr } = await runProgram(
        'logrotate',
        [...(dryRun ? ['--debug'] : []), logrotateFile],
        io.env,
      );
      if (exitCode === undefined) return stepFailed('there is no logrotate', 'apt-get install logrotate');
      return exitCode === 0
        ? done(`logrotate ${logrotateFile}`)
        : stepFailed(stderr.trim().split('\n').at(-1) ?? `logrotate ended with ${exitCode}`);
    },
  },
  {
    name: 'old backups',
    needsHealth: false,
    run: async ({ backupDirectory, retentionDays, keep, dryRun }) => {
      const { pruneBackups } = await import('@mcp-test-harness/service/backup');
      const removed = await pruneBackups(backupDirectory, {
        olderThanMs: retentionDays * dayMs,
        keep,
        now: Date.now(),
        dryRun,
      });
      return done(`${count(removed.length, 'backup')} ${dryRun ? 'would be removed' : 'removed'}`);
    },
  },
];

async function updateBaselines({ args, dryRun, io, settings }: MaintenanceContext): ReturnType<Step['run']> {
  const { openBaselineStore, defaultRetention } = await import('@mcp-test-harness/core/baseline');
  const directory = settings.baselineDir;
  const store = await openBaselineStore('file', { directory }, { retention: defaultRetention });
  if ((await store.suites()).length === 0) return stepSkipped(`${directory} holds no baselines`);
  const { default: update } = await import('../baseline/actions/update.ts');
  const lines: string[] = [];
  const exitCode = await update(
    {
      ...args,
      config: args.config ?? settings.file,
      dir: undefined,
      suite: undefined,
      all: undefined,
      rerun: undefined,
      'auto-approve': !dryRun,
      force: undefined,
      reason: dryRun ? undefined : 'scheduled maintenance',
      to: undefined,
      json: undefined,
    },
    { ...io, interactive: false, stdout: (text) => lines.push(text) },
  );
  io.stderr(lines.join(''));
  if (dryRun) return done('what would be approved is said above');
  return exitCode === 0
    ? done('what the rules allow is approved')
    : stepFailed('a newer run is not what the rules allow', 'mcp-test-harness baseline diff');
}
