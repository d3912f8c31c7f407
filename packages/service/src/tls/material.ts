import { HarnessError } from '@mcp-test-harness/core/errors';
import { createHash, createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';
import { readProtectedFile } from '../protected-file.ts';
import { toOpensslCiphers } from './cipher-suites.ts';
import type { TlsSettings } from './settings.ts';

/** Certificates and key, read and found to belong together. */
export interface TlsMaterial {
  /** For `https.createServer` beside {@link clientOptions}, and for `setSecureContext`. */
  readonly context: SecureContextOptions;
  /** Of the server's certificate, in ms since 1970: for a metric. */
  readonly expiresAt: number;
  readonly warnings: readonly string[];
  /** Another when any of the files is another. */
  readonly digest: string;
}

const dayMs = 86_400_000;
const soonDays = 14;

/** What a server does with clients; fixed for its life. */
export function clientOptions({ clientAuth }: TlsSettings): {
  readonly requestCert: boolean;
  readonly rejectUnauthorized: boolean;
} {
  return { requestCert: clientAuth !== 'none', rejectUnauthorized: clientAuth === 'require' };
}

/**
 * Reads what the settings name.
 * @param now in ms since 1970
 * @throws HarnessError CONFIG_UNREADABLE, or CONFIG_INVALID for what would make handshakes fail later
 */
export async function readTlsMaterial(settings: TlsSettings, now: number): Promise<TlsMaterial> {
  const { certFile, keyFile, caFile, clientCaFile, minVersion, cipherSuites } = settings;
  const [cert, keyText, ca, clientCa] = await Promise.all([
    readProtectedFile(certFile, { what: 'the certificate', secret: false }),
    readProtectedFile(keyFile, { what: 'the private key', secret: true }),
    caFile === undefined
      ? undefined
      : readProtectedFile(caFile, { what: 'the certificate of the authority', secret: false }),
    clientCaFile === undefined
      ? undefined
      : readProtectedFile(clientCaFile, {
          what: 'the certificate of the authority for clients',
          secret: false,
        }),
  ]);
  const chain = readCertificates(certFile, cert);
  const [leaf] = chain;
  const key = readKey(keyFile, keyText);
  if (!leaf.checkPrivateKey(key)) {
    throw invalid(
      `the private key ${keyFile} is not that of the certificate ${certFile}`,
      'Of two files that are replaced one after the other this may be true for a moment.',
    );
  }
  const authorities = caFile === undefined || ca === undefined ? [] : readCertificates(caFile, ca);
  const sent = caFile === undefined ? chain : complete(chain, authorities, certFile, caFile);
  const clientAuthorities =
    clientCaFile === undefined || clientCa === undefined ? [] : readCertificates(clientCaFile, clientCa);
  const { asymmetricKeyType } = leaf.publicKey;
  return {
    context: {
      cert: sent.map(String).join(''),
      key: keyText,
      ...(clientAuthorities.length === 0 ? {} : { ca: clientAuthorities.map(String) }),
      minVersion,
      ciphers: toOpensslCiphers(cipherSuites, minVersion, asymmetricKeyType ?? ''),
      honorCipherOrder: true,
    },
    expiresAt: Date.parse(leaf.validTo),
    warnings: [
      ...warnOfDates(leaf, certFile, now),
      ...clientAuthorities.flatMap((authority) => [
        ...(authority.ca
          ? []
          : [
              `${String(clientCaFile)} holds a certificate that is no authority's, and no client has one of it`,
            ]),
        ...warnOfDates(authority, String(clientCaFile), now),
      ]),
    ],
    digest: [cert, keyText, ca ?? '', clientCa ?? '']
      .reduce((hash, part) => hash.update(createHash('sha256').update(part).digest()), createHash('sha256'))
      .digest('hex'),
  };
}

/** The chain as it is sent: with the intermediate certificates that only the authority's file has, and without its root. */
function complete(
  chain: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
  certFile: string,
  caFile: string,
): readonly X509Certificate[] {
  const sent = [...chain];
  for (let end = sent.at(-1); end !== undefined && !isIssuedBy(end, end); end = sent.at(-1)) {
    const last = end;
    const issuer = authorities.find((authority) => isIssuedBy(last, authority));
    if (issuer === undefined) {
      throw invalid(
        `the certificate ${certFile} was not issued by an authority in ${caFile}`,
        'ca_file is of the authority that has issued cert_file; the one that issues certificates of clients is client_ca_file.',
      );
    }
    if (isIssuedBy(issuer, issuer)) break;
    sent.push(issuer);
  }
  return sent;
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function readCertificates(file: string, bytes: Buffer): readonly [X509Certificate, ...X509Certificate[]] {
  const blocks =
    bytes.toString('latin1').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    const [first, ...rest] = blocks.map((block) => new X509Certificate(block));
    if (first !== undefined) return [first, ...rest];
  } catch (cause) {
    throw new HarnessError({
      code: 'CONFIG_INVALID',
      message: `${file} holds a certificate that cannot be read`,
      cause,
    });
  }
  throw invalid(`${file} holds no certificate`, 'It is a text with -----BEGIN CERTIFICATE-----.');
}

/** The errors of OpenSSL say nothing of the key, and nothing to people either. */
function readKey(file: string, bytes: Buffer): KeyObject {
  const text = bytes.toString('latin1');
  if (text.includes('ENCRYPTED'))
    throw invalid(
      `the private key ${file} is encrypted with a passphrase`,
      'A service has nobody to ask: openssl pkey -in KEY -out key.pem, with mode 0600.',
    );
  try {
    return createPrivateKey(bytes);
  } catch {
    throw invalid(
      `${file} holds no private key that can be read`,
      'It is a text with -----BEGIN PRIVATE KEY-----.',
    );
  }
}

function warnOfDates({ validFrom, validTo }: X509Certificate, file: string, now: number): readonly string[] {
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
  if (now > to) return [`the certificate ${file} has expired on ${day(to)}`];
  if (now < from) return [`the certificate ${file} is not valid before ${day(from)}`];
  return to - now < soonDays * dayMs ? [`the certificate ${file} expires on ${day(to)}`] : [];
}

function invalid(message: string, hint: string): HarnessError {
  return new HarnessError({ code: 'CONFIG_INVALID', message, hint });
}
