import type { SecureContextOptions } from 'node:tls';
import { oneAtATime } from '../one-at-a-time.ts';
import { readTlsMaterial, type TlsMaterial } from './material.ts';
import type { TlsSettings } from './settings.ts';

export interface TlsReloaderOptions {
  readonly settings: TlsSettings;
  /** What the server was made with. */
  readonly initial: TlsMaterial;
  /** `server.setSecureContext`: new connections get it, those that are open go on. */
  readonly apply: (context: SecureContextOptions) => void;
  readonly now?: (() => number) | undefined;
}

/** What came of it, for the log. */
export type TlsReload =
  | { readonly state: 'reloaded'; readonly material: TlsMaterial }
  | { readonly state: 'unchanged' }
  | { readonly state: 'kept'; readonly error: Error };

/** Brings renewed certificates into force. */
export interface TlsReloader {
  readonly current: TlsMaterial;
  /**
   * Looks at the files: to be called on SIGHUP, and now and then, since mounted secrets change without a signal. What
   * cannot be used changes nothing: the earlier certificate stays in force.
   */
  reload(): Promise<TlsReload>;
}

export function createTlsReloader({
  settings,
  initial,
  apply,
  now = Date.now,
}: TlsReloaderOptions): TlsReloader {
  let current = initial;
  const read = async (): Promise<TlsReload> => {
    try {
      const material = await readTlsMaterial(settings, now());
      if (material.digest === current.digest) return { state: 'unchanged' };
      apply(material.context);
      current = material;
      return { state: 'reloaded', material };
    } catch (error) {
      return { state: 'kept', error: error instanceof Error ? error : new Error(String(error)) };
    }
  };
  return {
    get current() {
      return current;
    },
    reload: oneAtATime(read),
  };
}
