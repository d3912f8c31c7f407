import type { PlannedServer } from '@mcp-test-harness/core';
import { withAuthorizer } from '@mcp-test-harness/core/auth';
import { inheritEnvironment } from '@mcp-test-harness/core/runner';
import type { Environment } from '../backup/index.ts';
import { passed, type Check } from './define.ts';

/** The first revision without sessions, in which there is no `ping`: to be discovered is to answer. */
const firstWithoutPing = '2026-07-28';

/**
 * A server under test shakes hands and answers a ping.
 * @param onSecret is told every token that is got on the way
 */
export function checkServer(
  server: PlannedServer,
  {
    env,
    onSecret,
    timeoutMs,
  }: {
    readonly env: Environment;
    readonly onSecret: (secret: string) => void;
    readonly timeoutMs: number;
  },
): Check {
  return {
    name: `server ${server.name}`,
    timeoutMs,
    run: async (signal) => {
      const { connect } = await import('@mcp-test-harness/core/protocol');
      const session = await connect(withAuthorizer(inheritEnvironment(server.session, env), onSecret));
      // Who is too late is closed as well: a process must not stay behind.
      const close = (): void => void session.close();
      signal.addEventListener('abort', close);
      if (signal.aborted) close();
      try {
        const { protocolVersion, startupMs, serverInfo } = session.info;
        const { name, version } = serverInfo as { readonly name?: unknown; readonly version?: unknown };
        const who = `${String(name)} ${String(version)}, protocol ${protocolVersion}, ready in ${Math.round(startupMs)} ms`;
        if (protocolVersion >= firstWithoutPing) return passed(who);
        const startedAt = performance.now();
        const { error } = await session.exchange('ping', undefined, { timeoutMs });
        const ms = (performance.now() - startedAt).toFixed(1);
        // Whoever refuses a ping is there: that it must not is what `compliance` says.
        return passed(
          `${who}, ping ${ms} ms${error === undefined ? '' : `, answered with error ${error.code}`}`,
        );
      } finally {
        signal.removeEventListener('abort', close);
        await session.close();
      }
    },
  };
}
