import { HarnessError, isHarnessError } from '@mcp-test-harness/core/errors';
import type { ServiceSettings } from '@mcp-test-harness/service/settings';
import type { Io } from '../io.ts';
import { configSource, resolvePath } from '../load.ts';
import { loadServiceFromArguments } from '../load-service.ts';
import { visible } from '../visible.ts';
import { harnessVersion } from '../version.ts';
import type { BackupArguments } from './actions.ts';

/** What every backup is made and read with. */
export async function backupContext(
  options: BackupArguments,
  io: Io,
): Promise<{
  readonly directory: string;
  readonly version: string;
  readonly env: Io['env'];
  readonly now: () => number;
}> {
  const { defaultBackupDirectory } = await import('@mcp-test-harness/service/backup');
  return {
    directory: options.dir === undefined ? defaultBackupDirectory : resolvePath(io, options.dir),
    version: harnessVersion(),
    env: io.env,
    now: Date.now,
  };
}

/** The present configuration, where it can be read: a restore is wanted most where it cannot, and then it is said. */
export async function presentSettings(
  options: BackupArguments,
  io: Io,
): Promise<ServiceSettings | undefined> {
  try {
    return await loadServiceFromArguments(options, io);
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    const isNamed = options.config !== undefined || io.env['CONFIG_PATH'] !== undefined;
    if (isNamed || error.code !== 'CONFIG_UNREADABLE')
      io.stderr(
        `warning  ${configSource(options, io).file} cannot be read as it is, so nothing of it is looked at: ${visible(error.message)}\n`,
      );
    return undefined;
  }
}

/** Seals and unseals with the key provider of the configuration; undefined without one. */
export async function openSealer(
  settings: ServiceSettings | undefined,
  io: Io,
): Promise<
  | {
      readonly seal: (plaintext: string, place: string) => Promise<string>;
      readonly unseal: (sealed: string, place: string) => Promise<string>;
      readonly close: () => Promise<void>;
    }
  | undefined
> {
  const encryption = settings?.security.encryption;
  if (encryption === undefined) return undefined;
  const { createEncryptor, openKeyProvider } = await import('@mcp-test-harness/service/secrets');
  const encryptor = createEncryptor({
    provider: await openKeyProvider(encryption.provider, encryption.options, { env: io.env }),
  });
  return {
    seal: (plaintext, place) => encryptor.seal(plaintext, place),
    unseal: (sealed, place) => encryptor.open(sealed, place),
    close: () => encryptor.close(),
  };
}

/** A whole number that is at least so much. */
export function readCount(
  options: BackupArguments,
  name: 'reports-days' | 'retention-days' | 'keep',
  fallback: number,
  least: number,
): number {
  const value = options[name] ?? fallback;
  if (Number.isInteger(value) && value >= least && value <= 36_500) return value;
  throw new HarnessError({
    code: 'USAGE',
    message: `--${name} must be a whole number from ${least} on, not ${value}`,
  });
}

/** `12.3 MiB`. */
export function sayBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(1)} ${units[power - 1] ?? ''}`;
}
