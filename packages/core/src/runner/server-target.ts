import type { SessionOptions } from '../protocol/types.ts';
import { readProxyEnvironment } from './proxy-environment.ts';
import { quote } from './reproduce.ts';
import type { RunOptions } from './run-options.ts';

/** Command line or URL, for people. */
export function describeTarget(session: SessionOptions): string {
  if ('url' in session) return session.url;
  return [session.command, ...(session.args ?? [])].map(quote).join(' ');
}

/** The planned options with the inherited environment below the server's own, and the proxies that it names. */
export function inheritEnvironment(session: SessionOptions, env: RunOptions['env']): SessionOptions {
  if (!('url' in session)) return { ...session, env: { ...env, ...session.env } };
  const { start, proxy = readProxyEnvironment(env) } = session;
  return {
    ...session,
    ...(proxy === undefined ? {} : { proxy }),
    ...(start === undefined ? {} : { start: { ...start, env: { ...env, ...start.env } } }),
  };
}
