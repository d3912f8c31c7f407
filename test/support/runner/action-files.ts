import { cpSync, readFileSync, rmSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { parse } from 'yaml';

/** What the stand-in needs of `action.yml`. */
export interface ActionFile {
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: readonly string[];
  readonly main: string;
  readonly post: string | undefined;
}

export function readAction(folder: string): ActionFile {
  const { inputs, outputs, runs } = parse(readFileSync(join(folder, 'action.yml'), 'utf8')) as {
    readonly inputs?: Readonly<Record<string, { readonly default?: string | boolean | number } | null>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
    readonly runs: { readonly main: string; readonly post?: string };
  };
  return {
    inputs: Object.fromEntries(
      Object.entries(inputs ?? {}).map(([name, input]) => [name, String(input?.default ?? '')]),
    ),
    outputs: Object.keys(outputs ?? {}),
    main: runs.main,
    post: runs.post,
  };
}

/**
 * Copies an action to where a runner would have unpacked it: `action.yml` and the folders of its entry points, so that a
 * bundle that needs anything else fails here.
 */
export function stageAction(from: string, to: string, { main, post }: ActionFile): void {
  rmSync(to, { recursive: true, force: true });
  const tops = [main, post].filter((path) => path !== undefined).map((path) => path.split('/')[0] ?? '');
  for (const name of new Set(['action.yml', ...tops]))
    cpSync(join(from, name), join(to, name), {
      recursive: true,
      filter: (path) => !relative(from, path).split('/').includes('node_modules'),
    });
}

/** A workspace as a checkout would have left it: without what is installed or built elsewhere. */
export function stageWorkspace(from: string | undefined, to: string): void {
  if (from === undefined) return;
  cpSync(from, to, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => basename(path) !== '.cache',
  });
}
