import type { SessionOptions } from '../protocol/types.ts';
import { quote } from './reproduce.ts';
import type { RunOptions } from './run-options.ts';

/** Command line or URL, for people. */
export function describeTarget(session: SessionOptions): string {
  if (session.transport === 'http') return session.url;
  return [session.command, ...(session.args ?? [])].map(quote).join(' ');
}

/** The planned options with the inherited environment below the server's own. */
export function inheritEnvironment(session: SessionOptions, env: RunOptions['env']): SessionOptions {
  if (session.transport !== 'http') return { ...session, env: { ...env, ...session.env } };
  if (session.start === undefined) return session;
  return { ...session, start: { ...session.start, env: { ...env, ...session.start.env } } };
}
