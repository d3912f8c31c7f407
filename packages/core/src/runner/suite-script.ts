import { HarnessError } from '../errors.ts';
import type { PlannedSuite } from '../plan/types.ts';
import type { RunContext } from './run-context.ts';

/** How much of a failed script's output is shown. */
const shownOutput = 2000;

/** What a suite's script may take. */
export interface ScriptBounds {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a `setup_script` or `teardown_script`.
 * @throws HarnessError SCRIPT_FAILED with the end of its output, CANCELLED
 */
export async function runSuiteScript(
  which: 'setup_script' | 'teardown_script',
  suite: PlannedSuite,
  { plan, options }: RunContext,
  bounds: ScriptBounds,
): Promise<void> {
  const script = which === 'setup_script' ? suite.setupScript : suite.teardownScript;
  if (script === undefined) return;
  const { runScript } = await import('../assertions/run-script.ts');
  const ended = await runScript({ script, baseDir: plan.baseDir, env: options.env, ...bounds });
  if (ended.exitCode === 0) return;
  const how = ended.timedOut
    ? `did not end within ${bounds.timeoutMs / 1000} s`
    : ended.exitCode === null
      ? `was ended by ${ended.signal ?? 'a signal'}`
      : `ended with exit code ${ended.exitCode}`;
  const output = [ended.stderr, ended.stdout].map((text) => text.trim()).find((text) => text !== '');
  throw new HarnessError({
    code: 'SCRIPT_FAILED',
    message: `${which} of suite "${suite.name}" (${script}) ${how}`,
    hint: output === undefined ? 'It printed nothing.' : `It printed: ${output.slice(-shownOutput)}`,
    location: suite.location,
    details: { exitCode: ended.exitCode, signal: ended.signal },
  });
}
