import { generate } from 'selfsigned';

/** A certificate with its key, in PEM. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

export type KeyKind = 'ec' | 'rsa';

const yearMs = 365 * 86_400_000;

/** An authority of our own. */
export async function makeAuthority(name: string, keyType: KeyKind = 'ec'): Promise<Pair> {
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType,
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
    ],
  });
  return { cert: made.cert, key: made.private };
}

/** A certificate of an authority, whose kind of key is that of the authority; for 127.0.0.1 and localhost. */
export async function makeCertificate(
  authority: Pair,
  more: {
    readonly name?: string;
    readonly uri?: string;
    readonly endsAt?: Date;
    readonly keyType?: KeyKind;
    readonly cA?: boolean;
  } = {},
): Promise<Pair> {
  const {
    name = 'localhost',
    uri,
    endsAt = new Date(Date.now() + yearMs),
    keyType = 'ec',
    cA = false,
  } = more;
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType,
    algorithm: 'sha256',
    notBeforeDate: new Date(Math.min(Date.now(), endsAt.getTime()) - 3_600_000),
    notAfterDate: endsAt,
    ca: authority,
    extensions: [
      { name: 'basicConstraints', cA },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: cA },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: name },
          { type: 7, ip: '127.0.0.1' },
          ...(uri === undefined ? [] : [{ type: 6 as const, value: uri }]),
        ],
      },
    ],
  });
  return { cert: made.cert, key: made.private };
}
