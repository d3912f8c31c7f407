import { isIP } from 'node:net';

/** Whether an address, or the name of one, is of this machine and cannot be reached from another. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (bare === 'localhost' || bare === '::1') return true;
  const v4 = bare.replace(/^::ffff:/, '');
  return isIP(v4) === 4 && v4.startsWith('127.');
}

/**
 * Whether a request comes from this machine and means it: a page of a foreign site whose name was turned to 127.0.0.1 names
 * its own host, and what a proxy on this machine sends on says for whom.
 */
export function isLocalRequest(request: {
  readonly remoteAddress: string | undefined;
  readonly headers: {
    readonly host?: string | undefined;
    readonly forwarded?: string | undefined;
    readonly 'x-forwarded-for'?: string | string[] | undefined;
  };
}): boolean {
  const { host, forwarded, 'x-forwarded-for': forwardedFor } = request.headers;
  if (forwarded !== undefined || forwardedFor !== undefined) return false;
  const name = /^(\[[^\]]*\]|[^:]*)(?::\d+)?$/.exec(host ?? '')?.[1];
  return isLoopback(request.remoteAddress ?? '') && name !== undefined && isLoopback(name);
}
