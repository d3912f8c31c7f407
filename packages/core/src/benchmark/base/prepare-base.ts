import type { Plan, PlannedServer } from '../../plan/types.ts';
import type { CompareOptions } from '../run-benchmarks.ts';
import type { InterleavedSettings } from '../interleaved.ts';
import { inWorktree, withCommand } from './base-server.ts';
import { plainNames, type BaseOptionNames } from './option-names.ts';
import { runSetup } from './run-setup.ts';
import { addWorktree, type Worktree } from './worktree.ts';

/** What a plan is to be compared with: the same servers by another command, or as they were at a commit. */
export type BaseRequest =
  | { readonly kind: 'command'; readonly commandLine: string }
  | {
      readonly kind: 'ref';
      /** A branch, tag or commit; `merge-base:REF` is where REF and HEAD parted. */
      readonly ref: string;
      /** What makes the worktree ready, a line for the shell. */
      readonly setupCommand?: string | undefined;
    };

export interface BaseOptions {
  readonly settings: InterleavedSettings;
  /** Where servers start that say nothing of it. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** The setup command begins. */
  readonly onSetup?: ((command: string, worktree: Worktree) => void) | undefined;
  /** What the setup command prints, as it comes. */
  readonly onSetupOutput?: ((text: string) => void) | undefined;
  readonly names?: BaseOptionNames | undefined;
}

/** What to compare with, made ready. */
export interface PreparedBase {
  readonly compare: CompareOptions;
  /** Full hash, of a base that is a commit. */
  readonly commit: string | undefined;
  /** Takes away what was made for it. Never rejects. */
  release(): Promise<void>;
}

const head = { label: 'head' };

/** Makes the base of a comparison ready. @throws HarnessError as {@link addWorktree} and {@link runSetup}; nothing is left then */
export async function prepareBase(
  plan: Plan,
  request: BaseRequest,
  options: BaseOptions,
): Promise<PreparedBase> {
  const { names = plainNames, settings, cwd } = options;
  if (request.kind === 'command') {
    const bases = new Map<PlannedServer, PlannedServer>(
      plan.servers.map((server) => [server, withCommand(server, request.commandLine, names)]),
    );
    return {
      compare: { settings, base: { label: 'base' }, head, baseOf: (server) => bases.get(server) ?? server },
      commit: undefined,
      release: async () => undefined,
    };
  }
  const worktree = await addWorktree(request.ref, plan.baseDir, names);
  try {
    await makeReady(worktree, request.setupCommand, options, names);
  } catch (error) {
    await worktree.remove();
    throw error;
  }
  return {
    compare: {
      settings,
      base: { label: request.ref, commit: worktree.commit },
      head,
      baseOf: (server) => inWorktree(server, worktree, cwd),
    },
    commit: worktree.commit,
    release: () => worktree.remove(),
  };
}

async function makeReady(
  worktree: Worktree,
  command: string | undefined,
  { env, signal, onSetup, onSetupOutput }: BaseOptions,
  names: BaseOptionNames,
): Promise<void> {
  if (command === undefined) return;
  onSetup?.(command, worktree);
  await runSetup(command, {
    cwd: worktree.directory,
    env,
    signal,
    onOutput: onSetupOutput,
    name: names.setupCommand,
  });
}
