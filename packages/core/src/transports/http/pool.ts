import type { buildConnector, Dispatcher, Pool } from 'undici';
import type { ConnectionPoolOptions, ProxyOptions, TlsOptions } from '../../protocol/types.ts';
import { chooseProxy, nameProxy, ProxyError } from './proxy.ts';
import { loadTls } from './tls.ts';

export const defaultConnectTimeoutMs = 10_000;

export interface PoolOptions {
  readonly connectTimeoutMs?: number | undefined;
  readonly tls?: TlsOptions | undefined;
  readonly pool?: ConnectionPoolOptions | undefined;
  readonly proxy?: ProxyOptions | undefined;
}

/**
 * Connections to the server of that URL, directly or through the proxy that leads there. HTTP/1.1 alone, so that
 * sockets can be counted and kept as the options say.
 * @throws HarnessError IO_READ, CONFIG_INVALID when certificates cannot be used
 */
export async function createPool(url: URL, options: PoolOptions): Promise<Dispatcher> {
  const [undici, tls] = await Promise.all([import('undici'), loadTls(options.tls)]);
  const timeout = options.connectTimeoutMs ?? defaultConnectTimeoutMs;
  const shared = { ...poolLimits(options.pool), allowH2: false };
  const proxy = chooseProxy(url, options.proxy);
  if (proxy === undefined) {
    const connect = keepingAlerts(undici.buildConnector({ ...tls, timeout, allowH2: false }));
    return new undici.Pool(url.origin, { ...shared, connect });
  }
  const agent = new undici.ProxyAgent({
    ...shared,
    uri: proxy.href,
    connectTimeout: timeout,
    requestTls: tls,
    // The limits hold for plain requests, which are sent to the proxy itself, too.
    factory: (origin, given) => new undici.Pool(origin, { ...(given as Pool.Options), ...shared }),
  });
  const name = nameProxy(proxy);
  return agent.compose(
    (dispatch) => (request, handler) =>
      dispatch({ ...request, origin: url.origin }, namingProxy(handler, name)),
  );
}

function poolLimits(pool: ConnectionPoolOptions | undefined): Pool.Options {
  const { maxConnections, keepAlive, idleTimeoutMs } = pool ?? {};
  return {
    // Deadlines are ours.
    headersTimeout: 0,
    bodyTimeout: 0,
    ...(maxConnections === undefined ? {} : { connections: maxConnections }),
    ...(keepAlive === false ? { pipelining: 0 } : {}),
    ...(idleTimeoutMs === undefined
      ? {}
      : { keepAliveTimeout: idleTimeoutMs, keepAliveMaxTimeout: idleTimeoutMs }),
  };
}

/** A server that refuses our certificate says so by an alert, which the end of the connection would hide. */
function keepingAlerts(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) => {
    connect(options, (...result) => {
      const [, socket] = result;
      let alert: Error | undefined;
      socket?.prependListener('error', (error: Error) => {
        if (alert === undefined) alert = error;
        else if (error !== alert) error.cause ??= alert;
      });
      callback(...result);
    });
  };
}

function namingProxy(handler: Dispatcher.DispatchHandler, proxy: string): Dispatcher.DispatchHandler {
  return {
    onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
    onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
    onResponseStart: (...args) => handler.onResponseStart?.(...args),
    onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
    onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
    onResponseError: (controller, error) =>
      handler.onResponseError?.(controller, new ProxyError(proxy, error)),
  };
}
