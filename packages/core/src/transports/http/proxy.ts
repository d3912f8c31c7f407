import type { ProxyOptions } from '../../protocol/types.ts';

const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'ws:': 80, 'https:': 443, 'wss:': 443 };

/** The proxy that leads to this URL; undefined when it is reached directly. */
export function chooseProxy(url: URL, proxies: ProxyOptions | undefined): URL | undefined {
  const isSecure = url.protocol === 'https:' || url.protocol === 'wss:';
  const text = isSecure ? proxies?.https : proxies?.http;
  if (text === undefined || text.trim() === '') return undefined;
  const host = hostOf(url);
  if (isLoopback(host) || isExcepted(host, portOf(url), proxies?.no ?? '')) return undefined;
  // `proxy.example:3128` is common.
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  return URL.canParse(full) ? new URL(full) : undefined;
}

/** Host and port, with the default one written out, as messages name them. */
export function endpointOf(url: URL): string {
  return `${url.hostname}:${portOf(url)}`;
}

/** A proxy as messages name it: without its password. */
export function nameProxy({ protocol, host }: URL): string {
  return `${protocol}//${host}`;
}

export function portOf(url: URL): number {
  return url.port === '' ? (defaultPorts[url.protocol] ?? 0) : Number(url.port);
}

/** An error on the way through a proxy, which it names. */
export class ProxyError extends Error {
  readonly proxy: string;

  constructor(proxy: string, cause: Error) {
    super(cause.message, { cause });
    this.proxy = proxy;
  }
}

/** The name or address without the brackets of IPv6 and the dot of the root. */
export function hostOf(url: URL): string {
  return url.hostname
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
}

function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(\.\d+){3}$/.test(host)
  );
}

/** NO_PROXY: names with their subdomains, `*.name` for subdomains alone, addresses, each with an optional port; `*` for all. */
function isExcepted(host: string, port: number, list: string): boolean {
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const { name, only } = readException(entry.toLowerCase());
      if (only !== undefined && only !== port) return false;
      if (name === '*') return true;
      if (name.startsWith('*.')) return host.endsWith(name.slice(1));
      const bare = name.replace(/^\./, '').replace(/\.$/, '');
      return host === bare || host.endsWith(`.${bare}`);
    });
}

function readException(entry: string): { readonly name: string; readonly only: number | undefined } {
  const bracketed = /^\[(.+)\](?::(\d+))?$/.exec(entry);
  // More colons than one are an IPv6 address.
  const match = bracketed ?? /^([^:]+)(?::(\d+))?$/.exec(entry);
  if (match === null) return { name: entry, only: undefined };
  return { name: match[1] ?? '', only: match[2] === undefined ? undefined : Number(match[2]) };
}
