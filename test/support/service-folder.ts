import { defaultRetention, openBaselineStore } from '@mcp-test-harness/core/baseline';
import { createAuditKey } from '@mcp-test-harness/service/audit';
import { openStore } from '@mcp-test-harness/service/store';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { makeRun } from '../../packages/core/src/baseline/testing/make-runs.ts';

const server = resolve(import.meta.dirname, '../fixtures/servers/wait-for.mjs');

/** A service that has run, laid out in one folder as the deployment guide lays it out over a system. */
export interface ServiceFolder {
  readonly folder: string;
  readonly config: string;
  readonly backups: string;
}

/** @param more keys of the configuration */
export async function makeServiceFolder(folder: string, more: object = {}): Promise<ServiceFolder> {
  const at = (...parts: readonly string[]): string => join(folder, ...parts);
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const etc = at('etc', 'mcp-test-harness');
  const lib = at('var', 'lib', 'mcp-test-harness');
  const log = at('var', 'log', 'mcp-test-harness');
  const config = join(etc, 'config', 'production.yaml');
  write(
    config,
    JSON.stringify(
      {
        server: { command: process.execPath, args: [server, '1'] },
        service: { data_dir: lib },
        performance: { baseline_storage_path: join(lib, 'baselines') },
        reporting: { output_dir: join(log, 'reports'), retention_days: 90 },
        security: { enable_audit_logging: true, audit_log_path: join(log, 'audit.log') },
        include: ['../test-suites/*.yaml'],
        ...more,
      },
      undefined,
      2,
    ),
  );
  write(
    join(etc, 'test-suites', 'core.yaml'),
    'test_suites: [{ name: core, test_cases: [{ id: wait, tool_name: wait }] }]\n',
  );
  await establish(join(lib, 'baselines'));
  write(join(log, 'reports', 'runs', '1', 'report.json'), '{}');
  await (await openStore({ file: join(lib, 'store.db') })).close();
  await createAuditKey(join(log, 'audit.log.key'));
  chmodSync(folder, 0o755);
  return { folder, config, backups: at('var', 'backups') };
}

/** A baseline, as if `benchmark --establish-baseline` had made it. */
async function establish(directory: string): Promise<void> {
  const store = await openBaselineStore('file', { directory }, { retention: defaultRetention });
  const run = makeRun({ responseTimes: Array.from({ length: 30 }, (_, n) => 50 + (n % 5)) });
  await store.change('core', () => ({ event: 'established', run, at: run.at, by: 'tests' }));
}
