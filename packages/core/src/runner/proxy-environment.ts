import type { ProxyOptions } from '../protocol/types.ts';

/** HTTP_PROXY, HTTPS_PROXY and NO_PROXY, the names in small letters first, as curl reads them; undefined when none is set. */
export function readProxyEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): ProxyOptions | undefined {
  const read = (name: string): string | undefined => {
    const value = env[name] ?? env[name.toUpperCase()];
    return value === undefined || value.trim() === '' ? undefined : value;
  };
  const [http, https, no] = [read('http_proxy'), read('https_proxy'), read('no_proxy')];
  return http === undefined && https === undefined ? undefined : { http, https, no };
}
