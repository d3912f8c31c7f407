import { generate } from 'selfsigned';

/** A certificate with its key, in PEM. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

const year = 365 * 24 * 3_600_000;

/** An authority of our own. */
export async function makeAuthority(name: string): Promise<Pair> {
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
    ],
  });
  return { cert: made.cert, key: made.private };
}

/** A certificate of that authority; for 127.0.0.1 and localhost unless told otherwise. */
export async function makeCertificate(
  authority: Pair | undefined,
  {
    names = ['localhost'],
    addresses = ['127.0.0.1'],
    expired = false,
    passphrase,
  }: {
    readonly names?: readonly string[];
    readonly addresses?: readonly string[];
    readonly expired?: boolean;
    readonly passphrase?: string;
  } = {},
): Promise<Pair> {
  const now = Date.now();
  const made = await generate([{ name: 'commonName', value: names[0] ?? 'client' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - (expired ? 2 * year : 3_600_000)),
    notAfterDate: new Date(now + (expired ? -year : year)),
    ...(authority === undefined ? {} : { ca: authority }),
    ...(passphrase === undefined ? {} : { passphrase }),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: 2 as const, value })),
          ...addresses.map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  return { cert: made.cert, key: made.private };
}
