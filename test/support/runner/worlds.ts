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

const ours: WorldKind = {
  name: 'in the stand-in',
  isSkipped: false,
  create: standIn,
  faultPresets: Object.keys(faultPresets),
};
const theirs: WorldKind =
  'missing' in emulator
    ? {
        name: `in the emulator (skipped: ${emulator.missing})`,
        isSkipped: true,
        create: () => {
          throw new Error(emulator.missing);
        },
        faultPresets: [],
      }
    : { name: 'in the emulator', isSkipped: false, ...emulator };

/** Both, for what shows that they are alike. */
export const bothWorlds: readonly WorldKind[] = [ours, theirs];

/**
 * Where scenarios run: in the emulator, and in our own stand-in where there is none; ACTION_WORLDS=both: in both.
 *
 *     describe.each(worlds)('$name', ({ isSkipped, create }) => {
 *       it.skipIf(isSkipped)('…', async () => {
 *         const world = create({ state: folder(), action: root, workspace, with: { … } });
 *         const report = await world.run({ event: 'push' });
 */
export const worlds: readonly WorldKind[] =
  process.env['ACTION_WORLDS'] === 'both' ? bothWorlds : theirs.isSkipped ? [ours] : [theirs];
