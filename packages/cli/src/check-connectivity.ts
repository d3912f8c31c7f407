import type { Plan } from '@mcp-test-harness/core';
import { isHarnessError } from '@mcp-test-harness/core/errors';
import { paint, type Io } from './io.ts';
import { renderError } from './render-error.ts';
import { visible } from './visible.ts';

/** Shakes hands with every server of a plan. Returns 3 when one could not be reached. */
export async function checkConnectivity(plan: Plan, io: Io): Promise<number> {
  const [{ withAuthorizer }, { connect }, { inheritEnvironment }] = await Promise.all([
    import('@mcp-test-harness/core/auth'),
    import('@mcp-test-harness/core/protocol'),
    import('@mcp-test-harness/core/runner'),
  ]);
  let exitCode = 0;
  for (const server of plan.servers) {
    try {
      const options = inheritEnvironment(server.session, io.env);
      const session = await connect(withAuthorizer(options, (secret) => io.hide([secret])));
      const { name, version } = session.info.serverInfo as { name?: unknown; version?: unknown };
      const what = `${String(name)} ${String(version)}, protocol ${session.info.protocolVersion}, ready in ${Math.round(session.info.startupMs)} ms`;
      io.stdout(io.mask(`${paint(io, 'green', 'reached')}  ${server.name}: ${visible(what)}\n`));
      await session.close();
    } catch (error) {
      if (!isHarnessError(error)) throw error;
      io.stderr(`${paint(io, 'red', 'not reached')}  ${server.name}\n${renderError(error, io)}`);
      exitCode = 3;
    }
  }
  return exitCode;
}
