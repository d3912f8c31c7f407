import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RunOptions, RunReport, World } from './types.ts';

const root = resolve(import.meta.dirname, '../../..');
const fixtures = resolve(import.meta.dirname, 'fixtures');

/** An action that calls one function of `src/services`. */
export const servicesAction = resolve(fixtures, 'services-action');
/** An action that uploads an artifact with any bytes: inputs `name`, `content` (base64). */
export const uploadArtifactAction = resolve(fixtures, 'upload-artifact');

export interface CallReport<T> {
  /** What the function gave, through JSON: maps are objects, bytes are text. */
  readonly result: T;
  readonly remainingMs: number;
  readonly report: RunReport;
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
    env: {
      SERVICES_MODULE: pathToFileURL(resolve(root, 'src/services/index.ts')).href,
      NODE_NO_WARNINGS: '1',
    },
  });
  const { result, 'remaining-ms': remaining } = report.outputs;
  if (result === undefined) throw new Error(`${call} gave nothing:\n${report.log.join('\n')}`);
  return { result: JSON.parse(result) as T, remainingMs: Number(remaining), report };
}
