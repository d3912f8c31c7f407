/** The names that a client certificate speaks for. */

/** What is read of a certificate; `tls.PeerCertificate` has this form. */
export interface CertificateSubject {
  readonly subject?: { readonly CN?: string | readonly string[] | undefined } | undefined;
  readonly subjectaltname?: string | undefined;
}

/** Kinds of names that a user can be known by; an address is nobody's name. */
export const nameKinds = ['CN', 'DNS', 'URI', 'email'] as const;

/**
 * The names of a certificate, as rbac.yaml writes them: `CN=ci`, `DNS:ci.example.com`, `URI:spiffe://example.com/ci`,
 * `email:ci@example.com`. A certificate with two common names has none: which of them was meant cannot be told.
 */
export function certificateNames(certificate: CertificateSubject): readonly string[] {
  const common = certificate.subject?.CN;
  return [
    ...(typeof common === 'string' && common !== '' ? [`CN=${common}`] : []),
    ...parseSubjectAltName(certificate.subjectaltname ?? ''),
  ];
}

/**
 * Node writes the alternative names in one line, `DNS:a, URI:b`, and puts a value that could be mistaken for two of them
 * in quotes: `DNS:"a, DNS:b"` is one odd name. Whoever splits at the comma lets a certificate claim any name.
 */
function parseSubjectAltName(text: string): readonly string[] {
  const names: string[] = [];
  const entry = /(?:^|, )([A-Za-z][A-Za-z ]*):(?:("(?:[^"\\]|\\.)*")|([^",]*))(?=, |$)/gy;
  for (let last = 0; last < text.length; last = entry.lastIndex) {
    const match = entry.exec(text);
    // What cannot be read to its end is not trusted in parts.
    if (match === null) return [];
    const [, kind = '', quoted, plain = ''] = match;
    const value = quoted === undefined ? plain : unquote(quoted);
    if (kind === 'DNS' || kind === 'URI' || kind === 'email') names.push(`${kind}:${value}`);
  }
  return names;
}

function unquote(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    return text;
  }
}
