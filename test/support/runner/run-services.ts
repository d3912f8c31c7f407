import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import type { RunOptions, RunReport, World } from './types.ts';

const root = resolve(import.meta.dirname, '../../..');
const fixtures = resolve(import.meta.dirname, 'fixtures');

/** An action that calls one function of `src/services`. */
const servicesAction = resolve(fixtures, 'services-action');
/** An action that uploads an artifact with any bytes: inputs `name`, `content` (base64). */
export const uploadArtifactAction = resolve(fixtures, 'upload-artifact');

export interface CallReport<T> {
  /** What the function gave, through JSON: maps are objects, bytes are text. */
  readonly result: T;
  readonly remainingMs: number;
  readonly report: RunReport;
}

let bundle: Promise<string> | undefined;

/** The services with the toolkit in them, made once, since loading the toolkit file by file takes seconds. */
function bundled(): Promise<string> {
  bundle ??= makeBundle();
  return bundle;
}

async function makeBundle(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-test-harness-services-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const build = await rolldown({
    input: resolve(root, 'src/services/index.ts'),
    platform: 'node',
    logLevel: 'silent',
  });
  await build.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
  });
  await build.close();
  return pathToFileURL(join(folder, 'index.mjs')).href;
}

/** Calls one function in a process of its own, as the Action would. */
export async function callService<T>(
  world: World,
  call: string,
  argument: object,
  options: RunOptions = {},
): Promise<CallReport<T>> {
  const report = await world.run({
    ...options,
    action: servicesAction,
    with: { call, argument: JSON.stringify(argument), ...options.with },
    env: { SERVICES_MODULE: await bundled() },
  });
  const { result, 'remaining-ms': remaining } = report.outputs;
  if (result === undefined) throw new Error(`${call} gave nothing:\n${report.log.join('\n')}`);
  return { result: JSON.parse(result) as T, remainingMs: Number(remaining), report };
}
