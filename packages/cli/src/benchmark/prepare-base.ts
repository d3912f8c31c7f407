import type { Plan, PlannedServer } from '@mcp-test-harness/core';
import type { CompareOptions } from '@mcp-test-harness/core/benchmark';
import type { ParsedArguments } from '../command.ts';
import type { Io } from '../io.ts';
import { readCompareSettings, type baseOptions, type compareOptions } from './settings.ts';

/** What to compare with, made ready. */
export interface Base {
  readonly compare: CompareOptions;
  /** Takes away what was made for it. */
  release(): Promise<void>;
}

/** Undefined when nothing is to be compared. @throws HarnessError when the base cannot be made ready */
export async function prepareBase(
  plan: Plan,
  given: ParsedArguments<typeof baseOptions & typeof compareOptions>['options'],
  io: Io,
  signal: AbortSignal,
): Promise<Base | undefined> {
  const { compare: command, 'compare-ref': ref, 'setup-command': setup } = given;
  if (command === undefined && ref === undefined) return undefined;
  const settings = await readCompareSettings(given);
  const head = { label: 'head' };
  const { inWorktree, withCommand } = await import('../benchmark/base-server.ts');
  if (command !== undefined) {
    const bases = new Map<PlannedServer, PlannedServer>();
    for (const server of plan.servers) bases.set(server, await withCommand(server, command));
    return {
      compare: { settings, base: { label: 'base' }, head, baseOf: (server) => bases.get(server) ?? server },
      release: async () => undefined,
    };
  }
  const { addWorktree, runSetup } = await import('../benchmark/worktree.ts');
  const worktree = await addWorktree(ref ?? '', plan.baseDir);
  try {
    if (setup !== undefined) {
      io.stderr(`${setup}  (in ${worktree.directory}, ${worktree.commit.slice(0, 12)})\n`);
      await runSetup(setup, worktree.directory, io, signal);
    }
  } catch (error) {
    await worktree.remove();
    throw error;
  }
  return {
    compare: {
      settings,
      base: { label: ref ?? '', commit: worktree.commit },
      head,
      baseOf: (server) => inWorktree(server, worktree, io.cwd),
    },
    release: () => worktree.remove(),
  };
}
