/** How a listener speaks TLS, and how its certificates are renewed. */
import type { TlsSettings } from './settings.ts';

export type { TlsSettings };
export { cipherSuiteNames, toOpensslCiphers, type MinVersion } from './cipher-suites.ts';
export { clientOptions, readTlsMaterial, type TlsMaterial } from './material.ts';
export { createTlsReloader, type TlsReload, type TlsReloader, type TlsReloaderOptions } from './reloader.ts';

/**
 * Reads tls-config.yaml; undefined when it says `enabled: false`. Paths are relative to the file.
 * @throws HarnessErrorList with every fault
 */
export async function loadTlsSettings(file: string): Promise<TlsSettings | undefined> {
  const { readTlsSettings } = await import('./settings.ts');
  return await readTlsSettings(file);
}
