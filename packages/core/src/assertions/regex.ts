import type { SafeRegex } from '../regex.ts';
import { isHarnessError } from '../errors.ts';
import type { CompileDeps } from './define.ts';

type CreateSafeRegex = (pattern: string, flags?: string) => SafeRegex;

let loaded: CreateSafeRegex | undefined;

/** The compiler of regular expressions, loaded when the first one is needed. */
export async function loadSafeRegex(): Promise<CreateSafeRegex> {
  loaded ??= (await import('../regex.ts')).createSafeRegex;
  return loaded;
}

/**
 * A regular expression that is compiled before the first check: RE2 semantics, time linear in the text.
 * An invalid pattern becomes a problem of the expectation.
 */
export function deferRegex(
  deps: Pick<CompileDeps, 'defer' | 'problem'>,
  pattern: string,
  flags = '',
): { test(text: string): boolean } {
  let regex: SafeRegex | undefined;
  const compile = (create: CreateSafeRegex): void => {
    try {
      regex = create(pattern, flags);
    } catch (error) {
      deps.problem(describeError(error));
    }
  };
  if (loaded === undefined) deps.defer(async () => compile(await loadSafeRegex()));
  else compile(loaded);
  return { test: (text) => regex?.test(text) ?? false };
}

/** Message and hint of anything thrown. */
export function describeError(error: unknown): string {
  if (isHarnessError(error))
    return error.hint === undefined ? error.message : `${error.message}. ${error.hint}`;
  return error instanceof Error ? error.message : String(error);
}
