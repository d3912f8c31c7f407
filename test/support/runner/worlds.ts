import { loadEmulator } from './emulator.ts';
import { faultPresets } from './faults.ts';
import { standIn } from './stand-in.ts';
import type { World, WorldOptions } from './types.ts';

/** Something that scenario tests of the Action can run in. */
export interface WorldKind {
  /** With the reason, when it cannot be used here. */
  readonly name: string;
  readonly isSkipped: boolean;
  readonly create: (options: WorldOptions) => World;
  readonly faultPresets: readonly string[];
}

const emulator = await loadEmulator();

/**
 * The same scenarios run in each of them:
 *
 *     describe.each(worlds)('$name', ({ isSkipped, create }) => {
 *       it.skipIf(isSkipped)('…', async () => {
 *         const world = create({ state: folder(), action: root, workspace, with: { … } });
 *         const report = await world.run({ event: 'push' });
 */
export const worlds: readonly WorldKind[] = [
  {
    name: 'in the stand-in',
    isSkipped: false,
    create: standIn,
    faultPresets: Object.keys(faultPresets),
  },
  'missing' in emulator
    ? {
        name: `in the emulator (skipped: ${emulator.missing})`,
        isSkipped: true,
        create: () => {
          throw new Error(emulator.missing);
        },
        faultPresets: [],
      }
    : { name: 'in the emulator', isSkipped: false, ...emulator },
];
