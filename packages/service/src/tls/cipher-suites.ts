/**
 * Cipher suites by their IANA names, as policies and auditors write them. OpenSSL, and so Node, has other names for those
 * of TLS 1.2, takes a list of IANA names without a word, and then fails every handshake.
 */
import { HarnessError } from '@mcp-test-harness/core/errors';
import { nearestName } from '@mcp-test-harness/core/nearest';

/** The kind of key that a certificate needs for a suite; those of TLS 1.3 take any. */
type KeyKind = 'rsa' | 'ecdsa' | 'any';

interface CipherSuite {
  readonly iana: string;
  readonly openssl: string;
  readonly version: 'TLSv1.2' | 'TLSv1.3';
  readonly keyKind: KeyKind;
}

/** What is offered: forward secrecy and authenticated encryption, best first. */
const suites: readonly CipherSuite[] = [
  ...['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'].map(
    (name) => ({ iana: name, openssl: name, version: 'TLSv1.3', keyKind: 'any' }) as const,
  ),
  suite12('TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', 'ECDHE-ECDSA-AES256-GCM-SHA384', 'ecdsa'),
  suite12('TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'ECDHE-RSA-AES256-GCM-SHA384', 'rsa'),
  suite12('TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256', 'ECDHE-ECDSA-CHACHA20-POLY1305', 'ecdsa'),
  suite12('TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', 'ECDHE-RSA-CHACHA20-POLY1305', 'rsa'),
  suite12('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'ECDHE-ECDSA-AES128-GCM-SHA256', 'ecdsa'),
  suite12('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'ECDHE-RSA-AES128-GCM-SHA256', 'rsa'),
];

/** The IANA names of every suite that can be chosen. */
export const cipherSuiteNames: readonly string[] = suites.map(({ iana }) => iana);

export type MinVersion = 'TLSv1.2' | 'TLSv1.3';

/**
 * The value for `ciphers` of Node.
 * @param names IANA names in the order of preference, OpenSSL's are understood as well; undefined: all
 * @param certificateKey `asymmetricKeyType` of the certificate
 * @throws HarnessError CONFIG_INVALID for a list by which some handshakes would always fail
 */
export function toOpensslCiphers(
  names: readonly string[] | undefined,
  minVersion: MinVersion,
  certificateKey: string,
): string {
  const listed = (names ?? cipherSuiteNames).map(findSuite);
  const of = (version: MinVersion) => listed.filter((suite) => suite.version === version);
  // A list that names none of TLS 1.3 was made before there was one: without these it could not be spoken at all.
  const tls13 =
    of('TLSv1.3').length > 0 ? of('TLSv1.3') : suites.filter(({ version }) => version === 'TLSv1.3');
  if (minVersion === 'TLSv1.3') {
    if (names !== undefined && of('TLSv1.3').length === 0)
      throw invalid(
        'cipher_suites has no suite of TLS 1.3, and min_version allows nothing else',
        `Known: ${list('TLSv1.3')}.`,
      );
    return tls13.map(({ openssl }) => openssl).join(':');
  }
  const keyKind: KeyKind = certificateKey.startsWith('rsa') ? 'rsa' : 'ecdsa';
  const tls12 = of('TLSv1.2').filter((suite) => suite.keyKind === keyKind);
  if (of('TLSv1.2').length === 0)
    throw invalid(
      'cipher_suites has no suite of TLS 1.2, which min_version allows: every such handshake would fail',
      'Set min_version to "1.3", or add a suite of TLS 1.2.',
    );
  if (tls12.length === 0)
    throw invalid(
      `no cipher suite of TLS 1.2 in cipher_suites works with the certificate, whose key is of the kind ${keyKind.toUpperCase()}`,
      `Add ${of('TLSv1.2')
        .map(({ iana }) => iana.replace(/ECDHE_(?:RSA|ECDSA)/, `ECDHE_${keyKind.toUpperCase()}`))
        .join(', ')}.`,
    );
  return [...tls13, ...tls12].map(({ openssl }) => openssl).join(':');
}

function findSuite(name: string): CipherSuite {
  const found = suites.find(({ iana, openssl }) => iana === name || openssl === name);
  if (found !== undefined) return found;
  throw invalid(`the cipher suite ${JSON.stringify(name)} is not offered`, explain(name));
}

function explain(name: string): string {
  if (/^TLS_RSA_WITH|^(?:AES|CAMELLIA)\d+-/.test(name))
    return `It has no forward secrecy. Offered: ${list()}.`;
  if (/CBC|RC4|3DES|DES_|NULL|EXPORT|MD5|_SHA$/.test(name))
    return `It is broken or has no authenticated encryption. Offered: ${list()}.`;
  const near = nearestName(name, cipherSuiteNames);
  return near === undefined ? `Offered: ${list()}.` : `Did you mean ${near}?`;
}

function list(version?: MinVersion): string {
  return suites
    .filter((suite) => version === undefined || suite.version === version)
    .map(({ iana }) => iana)
    .join(', ');
}

function suite12(iana: string, openssl: string, keyKind: KeyKind): CipherSuite {
  return { iana, openssl, version: 'TLSv1.2', keyKind };
}

function invalid(message: string, hint: string): HarnessError {
  return new HarnessError({ code: 'CONFIG_INVALID', message, hint });
}
