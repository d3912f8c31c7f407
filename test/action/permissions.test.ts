import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { actionWorlds, broken, commentsOf } from '../support/action-world.ts';
import type { RunReport } from '../support/runner/types.ts';
import { worlds } from '../support/runner/worlds.ts';

const openWorld = actionWorlds();

/** The six lines of the documentation. */
const minimal = 'contents=read,pull-requests=write';

describe.each(worlds)('the permissions of the Action, $name', (kind) => {
  let main: RunReport;
  let pull: RunReport;
  let least: RunReport;
  beforeAll(async () => {
    if (kind.isSkipped) return;
    const world = openWorld(kind);
    main = await world.run({ event: 'push' });
    pull = await world.run({ event: 'pull_request', pr: 1, env: broken });
    least = await world.run({ event: 'pull_request', pr: 2, env: broken, permissions: minimal });
  }, 120_000);

  it.skipIf(kind.isSkipped)('are those that its calls need, no more', () => {
    expect(main.api.needs).toEqual(['actions: read']);
    expect([...pull.api.needs].toSorted()).toEqual([
      'checks: write',
      'issues: read or pull-requests: read',
      'issues: write or pull-requests: write',
    ]);
  });

  it.skipIf(kind.isSkipped)('are those that the documentation names', () => {
    const text = readFileSync(resolve(import.meta.dirname, '../../docs/action.md'), 'utf8');
    for (const permission of ['contents: read', 'pull-requests: write', 'actions: read', 'checks: write'])
      expect(text).toContain(permission);
  });

  it.skipIf(kind.isSkipped)(
    'may be the least: all but the check run is there, and nothing is told of it',
    () => {
      expect(least.conclusion).toBe('failure');
      expect(commentsOf(least)).toHaveLength(1);
      expect(least.checkRuns).toEqual([]);
      expect(least.annotations.map(({ type }) => type)).toEqual(['error']);
    },
  );
});
