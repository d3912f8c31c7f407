import { HarnessError } from '@mcp-test-harness/core/errors';
import type { KeyObject } from 'node:crypto';
import type { DataKey, KeyProvider } from './define.ts';
import { isSealed, openEnvelope, readEnvelope, sealEnvelope, type Envelope } from './envelope.ts';

export interface EncryptorOptions {
  readonly provider: KeyProvider;
  /** Of earlier settings: what they have wrapped can still be read. */
  readonly earlier?: readonly KeyProvider[] | undefined;
  /** How long a data key encrypts. Default: 5 minutes. So long what is stored does not need the provider. */
  readonly maxAgeMs?: number | undefined;
  /** How many texts a data key encrypts; far below what AES-GCM bears with random initial values. */
  readonly maxUses?: number | undefined;
  readonly now?: (() => number) | undefined;
}

/** Encrypts what is stored. */
export interface Encryptor {
  /**
   * @param place what the text belongs to, e.g. `run:42:response`; it opens for the same place only
   * @throws HarnessError IO_WRITE when no key is to be had: the text must then not be stored
   */
  seal(plaintext: string, place: string): Promise<string>;
  /** @throws HarnessError IO_READ when it was changed, moved, or its key is not to be had */
  open(sealed: string, place: string): Promise<string>;
  close(): Promise<void>;
}

const defaultMaxAgeMs = 5 * 60_000;
const defaultMaxUses = 100_000;
/** Unwrapped keys that are remembered: reading a list of runs asks the provider once for each key, not for each run. */
const keptKeys = 200;

interface CurrentKey {
  readonly made: Promise<DataKey>;
  readonly endsAt: number;
  usesLeft: number;
}

export function createEncryptor(options: EncryptorOptions): Encryptor {
  const {
    provider,
    earlier = [],
    maxAgeMs = defaultMaxAgeMs,
    maxUses = defaultMaxUses,
    now = Date.now,
  } = options;
  const providers = [provider, ...earlier];
  const unwrapped = new Map<string, Promise<KeyObject>>();
  let current: CurrentKey | undefined;

  /** Who asks while a key is being made gets that one; a failure is not remembered. */
  function dataKey(): Promise<DataKey> {
    if (current === undefined || current.usesLeft <= 0 || current.endsAt <= now()) {
      const made = provider.createDataKey();
      const next: CurrentKey = { made, endsAt: now() + maxAgeMs, usesLeft: maxUses };
      current = next;
      made.catch(() => {
        if (current === next) current = undefined;
      });
    }
    current.usesLeft -= 1;
    return current.made;
  }

  function keyOf({ header }: Envelope): Promise<KeyObject> {
    const id = `${header.provider} ${header.wrapped}`;
    const known = unwrapped.get(id);
    if (known !== undefined) return known;
    const owner = providers.find(({ name }) => name === header.provider);
    if (owner === undefined)
      return Promise.reject(
        new Error(
          `its key was wrapped by the provider ${JSON.stringify(header.provider)}, which is not configured`,
        ),
      );
    const key = owner.unwrap(header.wrapped);
    unwrapped.set(id, key);
    key.catch(() => unwrapped.delete(id));
    const [oldest] = unwrapped.keys();
    if (unwrapped.size > keptKeys && oldest !== undefined) unwrapped.delete(oldest);
    return key;
  }

  return {
    seal: async (plaintext, place) => {
      let key: DataKey;
      try {
        key = await dataKey();
      } catch (cause) {
        throw new HarnessError({
          code: 'IO_WRITE',
          message: `nothing is stored in the clear, and there is no key to encrypt it with: ${textOf(cause)}`,
          hint: `Check the key provider ${provider.name}.`,
          cause,
        });
      }
      return sealEnvelope(key.key, { provider: provider.name, wrapped: key.wrapped }, place, plaintext);
    },
    open: async (sealed, place) => {
      const envelope = readEnvelope(sealed);
      if (envelope === undefined)
        throw cannotOpen(place, isSealed(sealed) ? 'it was changed' : 'it is not encrypted');
      let key: KeyObject;
      try {
        key = await keyOf(envelope);
      } catch (cause) {
        throw cannotOpen(place, textOf(cause), cause);
      }
      try {
        return openEnvelope(key, envelope, place);
      } catch {
        throw cannotOpen(place, 'it was changed, or belongs to another place');
      }
    },
    close: async () => {
      for (const one of providers) await one.close?.();
    },
  };
}

function cannotOpen(place: string, reason: string, cause?: unknown): HarnessError {
  return new HarnessError({
    code: 'IO_READ',
    message: `cannot decrypt ${place}: ${reason}`,
    hint: 'Check the key provider; when the text was changed, restore it from a backup.',
    cause,
  });
}

function textOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.message !== '') return cause.message;
  // Several addresses that were tried in vain have no message together.
  const { code } = cause as { readonly code?: unknown };
  return typeof code === 'string' ? code : cause.name;
}
