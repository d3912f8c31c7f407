import type { Expected } from './expected.ts';

/** Which kinds of error an `expected` speaks about, so that they do not fail the test by themselves. */
export interface WantedErrors {
  readonly protocol: boolean;
  readonly tool: boolean;
}

/**
 * Success is the default. An error is asked for by `error`, by `is_error: true`, or by a required pattern that
 * looks at the error, or at `is_error`, and needs it to be there.
 */
export function findWantedErrors(expected: Expected | undefined): WantedErrors {
  if (expected === undefined) return { protocol: false, tool: false };
  if (expected.error !== undefined || expected.is_error === true) return { protocol: true, tool: true };
  const keys = (expected.patterns ?? [])
    .filter(
      ({ validation, required, quantifier }) =>
        required !== false && quantifier !== 'none' && !asksForAbsence(validation),
    )
    .map(({ key }) => key);
  return { protocol: keys.some(looksAtError), tool: keys.some(looksAtToolError) };
}

function asksForAbsence({ type, validation }: { type: string; validation?: unknown }): boolean {
  return type === 'not_exists' || (type === 'not' && JSON.stringify(validation ?? null).includes('exists'));
}

function looksAtError(key: string): boolean {
  return /^(?:\$\s*\.\s*error|\$\s*\[\s*["']error["']\s*\]|error|\[["']error["']\])(?:$|[\s.[])/.test(key);
}

function looksAtToolError(key: string): boolean {
  return (
    /^(?:\$\s*\.\s*)?(?:is_error|(?:result\.)?isError)$/.test(key) ||
    /^\$\s*\[\s*["']is_error["']\s*\]$/.test(key)
  );
}
