import type { PlannedServer, SessionOptions } from '@mcp-test-harness/core';
import type { Workplace } from '../workplace.ts';

/** The options of a session with a server as it is under test; tokens that it gets on the way are hidden. */
export async function openSession(
  { session }: PlannedServer,
  { env, log }: Workplace,
): Promise<SessionOptions> {
  const { inheritEnvironment } = await import('@mcp-test-harness/core/runner');
  const inherited = inheritEnvironment(session, env);
  if (!('url' in inherited) || inherited.auth === undefined) return inherited;
  const { withAuthorizer } = await import('@mcp-test-harness/core/auth');
  return withAuthorizer(inherited, (secret) => log.hide(secret));
}
