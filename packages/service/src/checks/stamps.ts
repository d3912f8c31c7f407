/** Notes of when something was last done, for who asks whether it is done at all. */
import { fileOperations } from '@mcp-test-harness/core/files';
import { join } from 'node:path';
import { z } from 'zod';

const stamp = z.object({ at: z.iso.datetime(), what: z.string().max(1000) });

export type Stamp = z.infer<typeof stamp>;

/** `drill`: a backup was restored, into another place or its own; `maintenance`: `maintenance` has run. */
export type StampName = 'drill' | 'maintenance';

const fileOf = (directory: string, name: StampName): string => join(directory, `.last-${name}.json`);

export async function writeStamp(directory: string, name: StampName, value: Stamp): Promise<void> {
  await fileOperations.makeDirectory(directory);
  await fileOperations.write(fileOf(directory, name), `${JSON.stringify(value)}\n`);
}

/** Undefined when it was never done, or the note is none. */
export async function readStamp(directory: string, name: StampName): Promise<Stamp | undefined> {
  const text = await fileOperations.read(fileOf(directory, name));
  try {
    return stamp.parse(JSON.parse(text ?? ''));
  } catch {
    return undefined;
  }
}
