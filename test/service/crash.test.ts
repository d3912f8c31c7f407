import { join } from 'node:path';
import { openStore, type Run, type Store } from '@mcp-test-harness/service/store';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../support/folders.ts';
import { findMarkedAfter } from '../support/processes.ts';
import { runCli } from '../support/run-cli.ts';
import { serviceConfig, startServe, type ServeProcess } from '../support/serve.ts';
import { echoTest } from '../support/suites.ts';

const newFolder = temporaryFolders();
const suites = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Every run that the store knows, oldest first. */
async function everyRun(store: Store): Promise<readonly Run[]> {
  const runs: Run[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.runs.list({}, { limit: 200, cursor });
    runs.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return runs.toReversed();
}

describe('a service that is killed', () => {
  it(
    'ten times under load has lost no run, stored none twice, and its store and audit log are whole',
    { timeout: 240_000 },
    async () => {
      const folder = newFolder();
      // Which servers under test inherit too.
      const mark = newFolder();
      const keyFile = join(folder, 'audit.key');
      expect((await runCli(['audit-log', 'create-key', keyFile])).exitCode).toBe(0);
      const auditLog = join(folder, 'audit.log');
      const config = serviceConfig(folder, {
        test_suites: suites.map((name) => ({ name, test_cases: [echoTest('echo')] })),
        schedules: [{ name: 'often', kind: 'test', every: '2s' }] as unknown as object,
        security: { enable_audit_logging: true, audit_log_path: auditLog, audit_key_file: keyFile },
      });
      const start = async (): Promise<ServeProcess> => await startServe(folder, config, { TMPDIR: mark });
      for (let round = 0; round < 10; round += 1) {
        const service = await start();
        await service.waitFor(({ event }) => event === 'run started', 'run started');
        await sleep(round * 90);
        service.kill('SIGKILL');
        await service.ended;
        expect(await findMarkedAfter(mark, 10_000)).toEqual([]);
      }
      const last = await start();
      // What the killed ones had in their hands comes back when their leases have run out.
      await last.waitFor(
        ({ event, attempt }) => event === 'run finished' && Number(attempt) > 1,
        'a run taken over',
      );
      last.kill('SIGTERM');
      expect(await last.ended).toMatchObject({ exitCode: 0 });

      const store = await openStore({ file: join(folder, 'data/store.db') });
      try {
        expect(await store.checkIntegrity()).toEqual([]);
        const runs = await everyRun(store);
        // A run over which three workers were lost is given up, and says so.
        for (const run of runs.filter(({ state }) => state === 'failed'))
          expect(run).toMatchObject({ crashes: 3, error: { code: 'crashed' } });
        for (const suite of suites) {
          const dues = runs
            .filter((run) => run.suite === suite)
            .map(({ dueAt = 0 }) => dueAt)
            .toSorted((one, other) => one - other);
          const [first = 0] = dues;
          expect(dues).toEqual(dues.map((_, index) => first + index * 2000));
        }
        for (const run of runs.filter(({ state }) => state === 'finished')) {
          const attempts = await store.runs.attempts(run.id);
          expect(attempts.filter(({ endedAs }) => endedAs === 'finished')).toHaveLength(1);
        }
      } finally {
        await store.close();
      }
      const verdict = await runCli(['audit', 'verify', auditLog, '--key-file', keyFile]);
      expect(verdict).toMatchObject({ exitCode: 0 });
    },
  );
});
