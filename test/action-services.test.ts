import { describe, expect, it } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { callService } from './support/runner/run-services.ts';
import { worlds } from './support/runner/worlds.ts';

const newFolder = temporaryFolders();
const baseline = { 'baseline.json': '{"runs":[]}' };

describe.each(worlds)('services of GitHub $name', ({ isSkipped, create }) => {
  const scenario = it.skipIf(isSkipped);
  const newWorld = () => create({ state: newFolder() });

  describe('baselines in the cache', () => {
    scenario('a pull request gets what the default branch has saved', async () => {
      const world = newWorld();
      const saved = await callService(world, 'save', { files: baseline }, { event: 'push' });
      expect(saved.result).toEqual({ ok: true, value: true });
      const restored = await callService(
        world,
        'restore',
        { wanted: { branches: ['main'] } },
        { event: 'pull_request', pr: 7 },
      );
      expect(restored.result).toMatchObject({ ok: true, value: { files: baseline } });
    });
  });
});
