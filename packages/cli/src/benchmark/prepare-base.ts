import type { Plan } from '@mcp-test-harness/core';
import type { BaseRequest, PreparedBase } from '@mcp-test-harness/core/benchmark';
import type { ParsedArguments } from '../command.ts';
import type { Io } from '../io.ts';
import { readCompareSettings, type baseOptions, type compareOptions } from './settings.ts';

type Given = ParsedArguments<typeof baseOptions & typeof compareOptions>['options'];

const names = { command: '--compare', ref: '--compare-ref', setupCommand: '--setup-command' };

/** Undefined when nothing is to be compared. @throws HarnessError when the base cannot be made ready */
export async function prepareBase(
  plan: Plan,
  given: Given,
  io: Io,
  signal: AbortSignal,
): Promise<PreparedBase | undefined> {
  const request = readRequest(given);
  if (request === undefined) return undefined;
  const settings = await readCompareSettings(given);
  const { prepareBase: prepare } = await import('@mcp-test-harness/core/benchmark');
  return await prepare(plan, request, {
    settings,
    cwd: io.cwd,
    env: io.env,
    signal,
    names,
    onSetup: (command, { directory, commit }) =>
      io.stderr(`${command}  (in ${directory}, ${commit.slice(0, 12)})\n`),
    onSetupOutput: io.verbosity > 0 ? io.stderr : undefined,
  });
}

function readRequest({
  compare,
  'compare-ref': ref,
  'setup-command': setupCommand,
}: Given): BaseRequest | undefined {
  if (compare !== undefined) return { kind: 'command', commandLine: compare };
  return ref === undefined ? undefined : { kind: 'ref', ref, setupCommand };
}
