/** The URL of a server as its metadata may name it: over HTTP, without fragment (RFC 8707 section 2). */
export function resourceUrlOf(serverUrl: string): URL {
  const url = new URL(serverUrl.replace(/^ws/i, 'http'));
  url.hash = '';
  url.username = '';
  url.password = '';
  return url;
}
