import { beforeAll, describe, expect, it } from 'vitest';
import { actionWorlds, broken } from '../support/action-world.ts';
import type { RunReport } from '../support/runner/types.ts';
import { worlds, type WorldKind } from '../support/runner/worlds.ts';

const openWorld = actionWorlds();

/** Faults of each kind of service, so that they can happen in one run without hiding each other. */
function combine(presets: readonly string[]): readonly (readonly string[])[] {
  const [cache, artifact] = ['cache-', 'artifact-'].map((service) =>
    presets.filter((name) => name.startsWith(service)),
  );
  const others = presets.filter((name) => !/^(?:cache|artifact)-/.test(name));
  const services = [cache ?? [], artifact ?? [], others].filter((names) => names.length > 0);
  const count = Math.max(0, ...services.map((names) => names.length));
  return Array.from({ length: count }, (_, index) =>
    services.map((names) => names[index % names.length] ?? ''),
  );
}

/** Only the default branch saves; only a pull request comments. */
const ofSaving = /^cache-(?:save|finalize|upload|quota)/;

/** Runs with these faults, which must end like one without: a test that fails, or none. */
async function runWith(kind: WorldKind, faults: readonly string[]): Promise<RunReport> {
  const world = openWorld(kind);
  if (faults.some((name) => ofSaving.test(name)))
    return await world.run({ event: 'push', env: broken, faults });
  // Something to restore.
  await world.run({ event: 'push' });
  return await world.run({ event: 'pull_request', pr: 5, env: broken, faults });
}

/** Most of what a fault costs is waiting, so that as many runs as there are faults go on at the same time. */
async function runAll(kind: WorldKind): Promise<ReadonlyMap<string, RunReport>> {
  const runs = combine(kind.faultPresets).map(
    async (faults) => [faults.join(' + '), await runWith(kind, faults)] as const,
  );
  return new Map(await Promise.all(runs));
}

describe.each(worlds)('faults of the services, $name', (kind) => {
  let reports: ReadonlyMap<string, RunReport>;
  beforeAll(async () => {
    reports = await runAll(kind);
  }, 400_000);

  it.skipIf(kind.isSkipped)('are of every kind, and happened', () => {
    expect(kind.faultPresets.length).toBeGreaterThan(40);
    const applied = [...reports.values()].filter(({ faults }) => faults.some((fault) => fault.applied > 0));
    expect(applied).toHaveLength(reports.size);
  });

  it.skipIf(kind.isSkipped).each(combine(kind.faultPresets).map((faults) => faults.join(' + ')))(
    'change no verdict: %s',
    (name) => {
      const report = reports.get(name) ?? expect.fail('it did not run');
      expect(report.conclusion).toBe('failure');
      expect(report.outputs).toMatchObject({ outcome: 'failed', tests: '1', failed: '1' });
      const errors = report.annotations.filter(({ type }) => type === 'error');
      expect(errors.map(({ message }) => message)).toEqual([
        'expected text to equal "Hello, Ann", got "Hi, Ann"',
      ]);
      expect(report.orphanProcesses).toEqual([]);
    },
  );
});
