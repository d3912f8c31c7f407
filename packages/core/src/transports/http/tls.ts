import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { HarnessError } from '../../errors.ts';
import type { TlsOptions } from '../../protocol/types.ts';

/** What Node's TLS takes. */
export interface LoadedTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  readonly rejectUnauthorized?: boolean;
}

/**
 * Reads certificates and key and sees whether they go together.
 * @throws HarnessError IO_READ for a file, CONFIG_INVALID for what is in it
 */
export async function loadTls(tls: TlsOptions | undefined): Promise<LoadedTls> {
  if (tls === undefined) return {};
  const [ca, cert, key] = await Promise.all([
    readPem('tls.ca', tls.ca),
    readPem('tls.cert', tls.cert),
    readPem('tls.key', tls.key),
  ]);
  if ((cert === undefined) !== (key === undefined)) {
    const [given, missing] = cert === undefined ? ['key', 'cert'] : ['cert', 'key'];
    throw invalid(`tls.${given} is given without tls.${missing}`, 'A client certificate needs both.');
  }
  requireCertificates('ca', ca);
  requireCertificates('cert', cert);
  const loaded: LoadedTls = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(tls.passphrase === undefined ? {} : { passphrase: tls.passphrase }),
    ...(tls.verify === false ? { rejectUnauthorized: false } : {}),
  };
  try {
    createSecureContext(loaded);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const known = materialFaults.find(([pattern]) => pattern.test(`${code} ${String(error)}`));
    throw invalid(known?.[1] ?? `tls: ${(error as Error).message}`, known?.[2], error);
  }
  return loaded;
}

/**
 * The PEM text that a value is, or that the file it names holds; undefined for undefined.
 * @param name of the option, for errors
 * @throws HarnessError IO_READ, CONFIG_INVALID
 */
export async function readPem(name: string, value: string | undefined): Promise<string | undefined> {
  if (value === undefined) return undefined;
  const text = isPem(value) ? value : await readPemFile(name, value);
  if (!isPem(text)) {
    throw invalid(
      `${name}: ${isPem(value) ? 'the text' : value} is not in PEM format`,
      'PEM begins with -----BEGIN; openssl x509 -inform der -in FILE converts a certificate.',
    );
  }
  return text;
}

async function readPemFile(name: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new HarnessError({
      code: 'IO_READ',
      message: `${name}: cannot read ${path} (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      hint: 'Give the path of a PEM file, relative to the configuration, or the PEM text itself.',
      cause: error,
    });
  }
}

/** Node passes over certificates that it cannot read. */
function requireCertificates(name: 'ca' | 'cert', pem: string | undefined): void {
  if (pem === undefined) return;
  const blocks = pem.match(/-----BEGIN ([A-Z0-9 ]*)CERTIFICATE-----[\s\S]*?-----END \1CERTIFICATE-----/g);
  if (blocks === null) throw invalid(`tls.${name} holds no certificate`, 'Is it the key?');
  for (const [index, block] of blocks.entries()) {
    try {
      void new X509Certificate(block).subject;
    } catch (error) {
      throw invalid(`tls.${name}: certificate ${index + 1} cannot be read`, 'Is it damaged?', error);
    }
  }
}

/** True for a PEM text, false for a path to one. */
function isPem(text: string): boolean {
  return text.includes('-----BEGIN ');
}

function invalid(message: string, hint?: string, cause?: unknown): HarnessError {
  return new HarnessError({ code: 'CONFIG_INVALID', message, hint, cause });
}

const materialFaults: readonly (readonly [pattern: RegExp, message: string, hint: string])[] = [
  [
    /KEY_VALUES_MISMATCH|KEY_TYPE_MISMATCH/,
    'tls.key does not belong to tls.cert',
    'Both must come from the same request; in a chain the own certificate stands first.',
  ],
  [
    /BAD_DECRYPT|BAD_PASSWORD_READ|INTERRUPTED_OR_CANCELLED|MISSING_PASSPHRASE/,
    'tls.key cannot be decrypted',
    'Set tls.passphrase to its passphrase, e.g. ${TLS_PASSPHRASE}.',
  ],
];

/** A failed TLS handshake in words that go on after the URL, and how to mend it. */
export interface TlsFault {
  readonly reason: string;
  readonly hint: string;
}

/** What an error code says about certificates; undefined when it is about something else. */
export function tlsFault(code: string, cause: unknown): TlsFault | undefined {
  return tlsFaults.find(([pattern]) => pattern.test(code))?.[1](cause);
}

const trust =
  'Name the certificate of its authority in tls.ca (--ca), or take any with tls.verify: false (--insecure).';
const ours =
  'Give a certificate of an authority that the server trusts: tls.cert and tls.key (--cert, --key).';

const tlsFaults: readonly (readonly [pattern: RegExp, fault: (cause: unknown) => TlsFault])[] = [
  [/^DEPTH_ZERO_SELF_SIGNED_CERT$/, () => ({ reason: 'has a self-signed certificate', hint: trust })],
  [
    /^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT.*|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE|INVALID_CA)$/,
    () => ({ reason: 'has a certificate of an unknown authority', hint: trust }),
  ],
  [
    /^CERT_HAS_EXPIRED$/,
    () => ({
      reason: 'has a certificate that has expired',
      hint: 'Renew the certificate of the server (is the clock of this machine right?), or set tls.verify: false (--insecure).',
    }),
  ],
  [
    /^CERT_NOT_YET_VALID$/,
    () => ({
      reason: 'has a certificate that is not valid yet',
      hint: 'Is the clock of this machine right? tls.verify: false (--insecure) takes any certificate.',
    }),
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    (cause) => ({
      reason: `has a certificate for other names${namesOf(cause)}`,
      hint: 'Use one of these names in the url, or give the server a certificate for this one.',
    }),
  ],
  [/^ERR_SSL_.*ALERT_CERTIFICATE_REQUIRED$/, () => ({ reason: 'wants a client certificate', hint: ours })],
  [
    /^ERR_SSL_.*ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_(EXPIRED|REVOKED|UNKNOWN)|ACCESS_DENIED|DECRYPT_ERROR)$/,
    () => ({ reason: 'refused the client certificate', hint: ours }),
  ],
  [
    /^ERR_SSL_.*ALERT_HANDSHAKE_FAILURE$/,
    () => ({
      reason: 'refused the TLS handshake',
      hint: `Does the server want a client certificate? ${ours}`,
    }),
  ],
  [
    /^ERR_SSL_.*(PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL)$/,
    () => ({ reason: 'speaks no TLS version that we accept', hint: 'Enable TLS 1.2 or 1.3 on the server.' }),
  ],
  [
    /^(EPROTO|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG))$/,
    () => ({ reason: 'does not speak TLS', hint: 'Is it http (ws) where the url says https (wss)?' }),
  ],
];

/** The names of the certificate in Node's error. */
function namesOf(cause: unknown): string {
  for (let error: unknown = cause; error instanceof Error; error = error.cause) {
    const { cert } = error as { readonly cert?: { readonly subjectaltname?: string } };
    const names = cert?.subjectaltname?.replaceAll(/\b(DNS|IP Address):/g, '');
    if (names !== undefined && names !== '') return ` (${names.slice(0, 300)})`;
  }
  return '';
}
