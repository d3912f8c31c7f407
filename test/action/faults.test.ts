import { describe, expect, it } from 'vitest';
import { actionWorlds, broken } from '../support/action-world.ts';
import type { RunOptions, RunReport, World } from '../support/runner/types.ts';
import { worlds, type WorldKind } from '../support/runner/worlds.ts';

const openWorld = actionWorlds();

/** Worlds at the same time: most of what a fault costs is waiting. */
const lanes = 4;

/** Of one service each, so that they can happen in one run without hiding each other. */
function combine(presets: readonly string[]): readonly (readonly string[])[] {
  const services = ['cache', 'artifact', ''].map((service, _, all) =>
    presets.filter((name) =>
      service === ''
        ? !all.some((other) => other !== '' && name.startsWith(other))
        : name.startsWith(service),
    ),
  );
  const count = Math.max(...services.map((names) => names.length));
  return Array.from({ length: count }, (_, index) =>
    services.flatMap((names) => names[index % Math.max(1, names.length)] ?? []),
  );
}

/** The same runs without a fault end so. */
const expected: readonly (readonly [RunOptions, Pick<RunReport, 'conclusion'>, object])[] = [
  [{ event: 'push' }, { conclusion: 'success' }, { outcome: 'passed', tests: '1', passed: '1' }],
  [
    { event: 'pull_request', pr: 5, env: broken },
    { conclusion: 'failure' },
    { outcome: 'failed', tests: '1', failed: '1' },
  ],
];

async function holdAgainst(world: World, faults: readonly string[]): Promise<void> {
  for (const [options, { conclusion }, outputs] of expected) {
    const report = await world.run({ ...options, faults });
    expect(report.conclusion, faults.join()).toBe(conclusion);
    expect(report.outputs, faults.join()).toMatchObject(outputs);
    expect(report.annotations.filter(({ type }) => type === 'error').map(({ title }) => title)).toEqual(
      conclusion === 'success' ? [] : ['greeting/greet failed'],
    );
    expect(report.orphanProcesses).toEqual([]);
  }
}

function laneOf(kind: WorldKind, lane: number): readonly (readonly string[])[] {
  return combine(kind.faultPresets).filter((_, index) => index % lanes === lane);
}

describe.each(worlds)('faults of the services change no verdict, $name', (kind) => {
  it('are of every service', () => {
    if (!kind.isSkipped) expect(kind.faultPresets.length).toBeGreaterThan(40);
  });

  it.skipIf(kind.isSkipped).concurrent.each(Array.from({ length: lanes }, (_, lane) => [lane]))(
    `part %i of ${lanes}`,
    async (lane) => {
      for (const faults of laneOf(kind, lane)) await holdAgainst(openWorld(kind), faults);
    },
    600_000,
  );
});
