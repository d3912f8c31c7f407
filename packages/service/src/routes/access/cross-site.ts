import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a browser sends this on behalf of another site. Cookies and client certificates go along with such a request, so
 * that it must not change anything. What is no browser says nothing, and is believed.
 */
export function isCrossSite(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin, host } = headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
