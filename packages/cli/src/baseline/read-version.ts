import type { Baseline, BaselineStore } from '@mcp-test-harness/core/baseline';
import { HarnessError } from '@mcp-test-harness/core/errors';

/**
 * An earlier version of a baseline; without a number the last.
 * @throws HarnessError USAGE for one that there is not, IO_READ for one that is corrupt
 */
export async function readVersion(
  store: BaselineStore,
  suite: string,
  number: number | undefined,
): Promise<Baseline> {
  const versions = await store.versions(suite);
  const version = number === undefined ? versions.at(-1) : versions.find((one) => one.number === number);
  if (version?.baseline !== undefined) return version.baseline;
  if (version?.error !== undefined) throw version.error;
  throw new HarnessError({
    code: 'USAGE',
    message:
      number === undefined
        ? `the baseline of suite "${suite}" has no earlier version`
        : `the baseline of suite "${suite}" has no version ${number}`,
    hint:
      versions.length === 0
        ? 'One is kept whenever another run is approved.'
        : `There are ${versions.map((one) => one.number).join(', ')}.`,
  });
}
