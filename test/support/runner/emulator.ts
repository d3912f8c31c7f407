import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Seed, World, WorldOptions } from './types.ts';

const root = resolve(import.meta.dirname, '../../..');

/** What we use of its module. */
interface EmulatorModule {
  world(options: WorldOptions): Omit<World, 'snapshot' | 'seed'> & {
    snapshot(): ReturnType<World['snapshot']>;
    seed(seed: Seed): void;
  };
  findNode(using: string): { readonly exact: boolean };
  readonly PRESETS: Readonly<Record<string, unknown>>;
}

/** The emulator, or why there is none here. */
export type Emulator =
  | {
      readonly create: (options: WorldOptions) => World;
      readonly faultPresets: readonly string[];
    }
  | { readonly missing: string };

/**
 * The emulator of the runner that some checkouts have beside them; ACTIONS_EMULATOR names another place. A copy of it is
 * loaded from within this project, where its one dependency is found.
 */
export async function loadEmulator(): Promise<Emulator> {
  const folder = process.env['ACTIONS_EMULATOR'] ?? resolve(root, '../shared/tools/actions-emulator');
  if (!existsSync(join(folder, 'src/index.mjs')))
    return { missing: 'there is no emulator beside the project' };
  try {
    const module = (await import(pathToFileURL(copyOf(folder)).href)) as EmulatorModule;
    module.findNode('node24');
    return {
      create: (options) => module.world(options),
      faultPresets: Object.keys(module.PRESETS),
    };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}

function copyOf(folder: string): string {
  // One for each who loads it: test files do at the same time.
  const copy = join(root, 'node_modules/.cache/actions-emulator', `${process.pid}-${randomUUID()}`);
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const name of ['src', 'package.json'])
    cpSync(join(folder, name), join(copy, name), { recursive: true });
  process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
  return join(copy, 'src/index.mjs');
}
