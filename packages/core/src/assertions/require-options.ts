import type { CompileDeps } from './define.ts';
import { renderWithType } from './render.ts';

type Named<T> = Readonly<Record<string, T | undefined>>;

/**
 * Guards options that were filled in after the configuration had been validated (`${step.result...}`): a bound
 * that is no number would make a comparison hold or fail by accident.
 */
export function requireNumbers(deps: CompileDeps, type: string, options: Named<number>): void {
  requireType(deps, type, options, 'number');
}

/** As {@link requireNumbers}, for strings. */
export function requireStrings(deps: CompileDeps, type: string, options: Named<string>): void {
  requireType(deps, type, options, 'string');
}

function requireType(deps: CompileDeps, type: string, options: Named<number | string>, wanted: string): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || typeof value === wanted) continue;
    deps.problem(`${type}.${name} has to be a ${wanted}, not ${renderWithType(value)}`);
  }
}
