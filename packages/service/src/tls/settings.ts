import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { readProtectedFile } from '../protected-file.ts';
import { parseYamlSettings, throwAll } from '../yaml-settings.ts';
import type { MinVersion } from './cipher-suites.ts';

/** How a listener speaks TLS. */
export interface TlsSettings {
  readonly certFile: string;
  readonly keyFile: string;
  /** Of the authority that has issued the certificate; its intermediate certificates are sent along. */
  readonly caFile?: string | undefined;
  /** Whether clients are asked for a certificate, and refused without one. */
  readonly clientAuth: 'none' | 'request' | 'require';
  /** Of the authority that issues the certificates of clients, and of no other. */
  readonly clientCaFile?: string | undefined;
  readonly minVersion: MinVersion;
  /** IANA names; undefined: all that are offered. */
  readonly cipherSuites?: readonly string[] | undefined;
}

const path = z.string().min(1);
const schema = z.strictObject({
  tls: z.strictObject({
    enabled: z.boolean().default(true),
    cert_file: path,
    key_file: path,
    ca_file: path.optional(),
    client_auth: z.enum(['none', 'request', 'require']).default('none'),
    client_ca_file: path.optional(),
    // YAML reads 1.2 without quotes as a number.
    min_version: z
      .preprocess((value) => (typeof value === 'number' ? String(value) : value), z.enum(['1.2', '1.3']))
      .default('1.2'),
    cipher_suites: z.array(z.string()).min(1).max(50).optional(),
  }),
});

/**
 * Reads tls-config.yaml; undefined when it says `enabled: false`. Paths are relative to the file.
 * @throws HarnessErrorList with every fault
 */
export async function readTlsSettings(file: string): Promise<TlsSettings | undefined> {
  const bytes = await readProtectedFile(file, { what: 'the TLS settings', secret: false });
  const { value, problem } = parseYamlSettings(file, bytes.toString('utf8'), schema);
  const { tls } = value;
  throwAll([
    ...(tls.client_auth !== 'none' && tls.client_ca_file === undefined
      ? [
          problem(
            ['tls', 'client_auth'],
            `${tls.client_auth} needs client_ca_file`,
            'Without it no certificate of a client could be believed.',
          ),
        ]
      : []),
    ...(tls.client_auth === 'none' && tls.client_ca_file !== undefined
      ? [
          problem(
            ['tls', 'client_ca_file'],
            'means nothing while client_auth is none',
            'Set client_auth to require or request.',
          ),
        ]
      : []),
  ]);
  if (!tls.enabled) return undefined;
  const inFolder = (name: string): string => resolve(dirname(file), name);
  return {
    certFile: inFolder(tls.cert_file),
    keyFile: inFolder(tls.key_file),
    caFile: tls.ca_file === undefined ? undefined : inFolder(tls.ca_file),
    clientAuth: tls.client_auth,
    clientCaFile: tls.client_ca_file === undefined ? undefined : inFolder(tls.client_ca_file),
    minVersion: `TLSv${tls.min_version}`,
    cipherSuites: tls.cipher_suites,
  };
}
