import { isIPv6 } from 'node:net';

/*
 * Illegal characters are looked for instead of legal ones: a repeated choice (`(?:[a-z]|%[0-9a-f]{2})*`) remembers every
 * round, and fills the engine's stack on a text of some megabytes.
 */
const illegalInPath = /[^\w\-.~!$&'()*+,;=:@/%]|%(?![\da-f]{2})/i;
const illegalInQuery = /[^\w\-.~!$&'()*+,;=:@/?%]|%(?![\da-f]{2})/i;
const illegalInUser = /[^\w\-.~!$&'()*+,;=:%]|%(?![\da-f]{2})/i;
const illegalInHost = /[^\w\-.~!$&'()*+,;=%]|%(?![\da-f]{2})/i;
const illegalInVariable = /[^\w.%]|%(?![\da-f]{2})/i;
const illegalInLiteral = /[\0-\x20"'<>\\^`{|}]|%(?![\da-f]{2})/i;
const scheme = /^[a-z][a-z\d+.-]*:/i;

/** RFC 3986, with a scheme. */
export function isUri(text: string): boolean {
  return scheme.test(text) && isUriReference(text);
}

/** RFC 3986, with or without a scheme. */
export function isUriReference(text: string): boolean {
  const [beforeFragment, fragment] = splitAt(text, text.indexOf('#'));
  const [hierarchy, query] = splitAt(beforeFragment, beforeFragment.indexOf('?'));
  if (illegalInQuery.test(fragment) || illegalInQuery.test(query)) return false;
  const path = hierarchy.replace(scheme, '');
  if (!path.startsWith('//')) {
    const isAmbiguous = path === hierarchy && /^[^/]*:/.test(path);
    return !isAmbiguous && !illegalInPath.test(path);
  }
  const end = path.indexOf('/', 2);
  return (
    isAuthority(path.slice(2, end < 0 ? undefined : end)) && (end < 0 || !illegalInPath.test(path.slice(end)))
  );
}

/** RFC 6570. */
export function isUriTemplate(text: string): boolean {
  return text.split('{').every((part, index) => {
    const end = index === 0 ? 0 : part.indexOf('}');
    if (end < 0 || illegalInLiteral.test(part.slice(index === 0 ? 0 : end + 1))) return false;
    return index === 0 || isExpression(part.slice(0, end));
  });
}

function isExpression(text: string): boolean {
  return text
    .replace(/^[+#./;?&=,!@|]/, '')
    .split(',')
    .map((variable) => variable.replace(/(?::[1-9]\d{0,3}|\*)$/, ''))
    .every((name) => name !== '' && !illegalInVariable.test(name));
}

function isAuthority(text: string): boolean {
  const at = text.lastIndexOf('@');
  if (illegalInUser.test(text.slice(0, Math.max(0, at)))) return false;
  const host = text.slice(at + 1).replace(/:\d*$/, '');
  if (!host.startsWith('[')) return !illegalInHost.test(host);
  const address = host.endsWith(']') ? host.slice(1, -1) : '';
  return (isIPv6(address) && !address.includes('%')) || /^v[\da-f]+\.[\w\-.~!$&'()*+,;=:]+$/i.test(address);
}

function splitAt(text: string, index: number): [before: string, after: string] {
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}
