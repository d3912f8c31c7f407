import type { Plan } from '@mcp-test-harness/core';
import { readCallPolicy } from '../compliance/read-options.ts';
import type { Io } from '../io.ts';

/** The tools of the server behind a command that `--call-tools` allows, as benchmarks. @throws HarnessError as `planFromServer` */
export async function planFromCommand(
  [command = '', ...args]: readonly string[],
  callTools: string | undefined,
  io: Io,
  signal: AbortSignal,
): Promise<Plan> {
  const { planFromServer } = await import('@mcp-test-harness/core/benchmark');
  return await planFromServer(
    { transport: 'stdio', command, args, env: io.env, cwd: io.cwd },
    {
      policy: readCallPolicy(callTools),
      mayBeSlow: callTools !== undefined,
      signal,
      baseDir: io.cwd,
      words: {
        policy: callTools === undefined ? undefined : `--call-tools ${callTools}`,
        toName: '--call-tools NAME,NAME',
        toMeasureSlow: 'name it in --call-tools',
      },
    },
  );
}
