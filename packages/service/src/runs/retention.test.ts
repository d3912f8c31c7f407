import {
  existsSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../clock/testing/manual-clock.ts';
import type { ServiceSettings } from '../settings/define.ts';
import { openStore, type Store } from '../store/index.ts';
import { aRun } from '../store/testing/runs.ts';
import { temporaryFolders } from '../testing/folders.ts';
import { removeOldReports, startHousekeeping } from './retention.ts';
import { rememberingLogger } from './testing/logger.ts';
import { emptyPlan } from './testing/plan.ts';
import { settingsIn } from './testing/settings.ts';

const folder = temporaryFolders();
const day = 86_400_000;
const now = Date.parse('2026-11-26T12:00:00Z');

/** A file of that age. */
function put(root: string, path: string, ageDays: number): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, path);
  age(file, ageDays);
}

function age(path: string, days: number): void {
  const at = (now - days * day) / 1000;
  utimesSync(path, at, at);
}

describe('old reports', () => {
  it('go, and the folders that they leave empty; younger ones stay', async () => {
    const root = folder();
    put(root, 'runs/2026-08-01/a-a1/results.json', 100);
    put(root, 'runs/2026-08-01/a-a1/report.html.sealed', 100);
    put(root, 'runs/2026-11-01/b-a1/results.json', 25);
    put(root, 'daily/2026-08-01.json', 100);
    put(root, 'weekly/2026-W48.md', 1);
    for (const path of ['runs/2026-08-01/a-a1', 'runs/2026-08-01']) age(join(root, path), 100);
    expect(await removeOldReports(root, now - 90 * day)).toBe(3);
    expect(readdirSync(root, { recursive: true }).map(String).toSorted()).toEqual([
      'daily',
      'runs',
      'runs/2026-11-01',
      'runs/2026-11-01/b-a1',
      'runs/2026-11-01/b-a1/results.json',
      'weekly',
      'weekly/2026-W48.md',
    ]);
  });

  it('are those of the service alone: what else lies beside them stays, however old', async () => {
    const root = folder();
    put(root, 'results.json', 1000);
    put(root, 'alerts/rules.yaml', 1000);
    put(root, 'audit.log', 1000);
    put(root, 'baselines/core/baseline.json', 1000);
    expect(await removeOldReports(root, now - 90 * day)).toBe(0);
    expect(existsSync(join(root, 'alerts/rules.yaml'))).toBe(true);
  });

  it.skipIf(process.platform === 'win32')('are not looked for behind symbolic links', async () => {
    const root = folder();
    const elsewhere = folder();
    put(elsewhere, 'precious.json', 1000);
    put(elsewhere, 'deeper/precious.json', 1000);
    mkdirSync(join(root, 'runs'));
    symlinkSync(elsewhere, join(root, 'runs/2026-08-01'));
    symlinkSync(join(elsewhere, 'precious.json'), join(root, 'runs/link.json'));
    symlinkSync(elsewhere, join(root, 'daily'));
    for (const link of ['runs/2026-08-01', 'runs/link.json']) lutimesSync(join(root, link), 0, 0);
    await removeOldReports(root, now - 90 * day);
    expect(readdirSync(elsewhere, { recursive: true }).map(String).toSorted()).toEqual([
      'deeper',
      'deeper/precious.json',
      'precious.json',
    ]);
    expect(readdirSync(join(root, 'runs'))).toEqual([]);
  });

  it('are none where there is no directory of reports', async () => {
    expect(await removeOldReports(join(folder(), 'none'), now)).toBe(0);
  });
});

describe('housekeeping', () => {
  const hour = 3_600_000;

  /** Without files, for which a clock that is moved by hand does not wait. */
  function quick(root: string): ServiceSettings {
    const settings = settingsIn(root, emptyPlan);
    return {
      ...settings,
      service: { ...settings.service, runRetentionMs: 3 * hour },
      reporting: { ...settings.reporting, retentionMs: undefined },
    };
  }

  async function opened(): Promise<{ store: Store; clock: ManualClock; root: string }> {
    const root = folder();
    const clock = new ManualClock('2026-11-26T12:00:00Z');
    return { root, clock, store: await openStore({ file: join(root, 'store.db'), clock: clock.now }) };
  }

  it('prunes runs that are too old, once an hour and once over all replicas', async () => {
    const { store, clock, root } = await opened();
    const pruned: number[] = [];
    const counted = {
      locks: store.locks,
      prune: async (policy: Parameters<Store['prune']>[0]) => {
        pruned.push(clock.now());
        return await store.prune(policy);
      },
    };
    const { run } = await store.runs.enqueue(aRun('old'));
    await store.runs.cancel(run.id);
    const settings = () => quick(root);
    const replicas = [1, 2, 3].map(() =>
      startHousekeeping({ store: counted, settings, log: rememberingLogger(), clock }),
    );
    await clock.advance(2 * hour + 1);
    expect(pruned).toHaveLength(3);
    expect((await store.runs.list()).items).toHaveLength(1);
    await clock.advance(2 * hour);
    expect(pruned).toHaveLength(5);
    expect((await store.runs.list()).items).toHaveLength(0);
    await Promise.all(replicas.map((one) => one.stop()));
    await store.close();
  });

  it('goes on when something fails, and says so', async () => {
    const { store, clock, root } = await opened();
    const log = rememberingLogger();
    const prune = () => Promise.reject(new Error('the store is away'));
    const settings = () => quick(root);
    const running = startHousekeeping({ store: { locks: store.locks, prune }, settings, log, clock });
    await clock.advance(hour + 1);
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(2);
    await running.stop();
    await store.close();
  });
});
