import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { endpointOf, hostOf, nameProxy, portOf, ProxyError } from './proxy.ts';

/**
 * A connection through a proxy by CONNECT; what runs over it is the caller's.
 * @throws ProxyError when the proxy cannot be reached or refuses
 */
export function openTunnel(proxy: URL, target: URL, timeoutMs: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const { username, password } = proxy;
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    const request = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
      method: 'CONNECT',
      host: hostOf(proxy),
      port: portOf(proxy),
      path: endpointOf(target),
      agent: false,
      timeout: timeoutMs,
      signal,
      headers: {
        host: endpointOf(target),
        ...(username === ''
          ? {}
          : { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }),
      },
    });
    const refuse = (error: Error): void => reject(new ProxyError(nameProxy(proxy), error));
    request.once('connect', ({ statusCode }, socket: Socket, head) => {
      if (statusCode !== 200) {
        socket.destroy();
        refuse(new Error(`Proxy response (${statusCode}) to CONNECT`));
        return;
      }
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.once('response', ({ statusCode }) => {
      request.destroy();
      refuse(new Error(`Proxy response (${statusCode}) to CONNECT`));
    });
    request.once('timeout', () =>
      request.destroy(Object.assign(new Error('connect timeout'), { code: 'ETIMEDOUT' })),
    );
    request.once('error', refuse);
    request.end();
  });
}
