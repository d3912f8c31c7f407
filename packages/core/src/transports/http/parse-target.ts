import { unreachable } from './http-error.ts';

/** The URL of a server. @throws HarnessError TARGET_UNREACHABLE when it is none of these protocols (`http:`) */
export function parseTarget(text: string, protocols: readonly string[]): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch (error) {
    throw unreachable(text, 'the url', error);
  }
  if (protocols.includes(url.protocol)) return url;
  const names = protocols.map((protocol) => protocol.replace(':', '')).join(' nor ');
  throw unreachable(text, 'the url', new Error(`is neither ${names}`));
}
