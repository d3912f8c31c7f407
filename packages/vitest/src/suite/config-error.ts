import { formatError, isHarnessError, type HarnessError } from '@mcp-test-harness/core';
import { locatedError } from './located-error.ts';

/** A configuration that cannot be used, every fault as the command line words it, with the way into the file. */
export function configError(thrown: unknown): unknown {
  if (!isHarnessError(thrown)) return thrown;
  const { errors = [thrown] } = thrown as HarnessError & { readonly errors?: readonly HarnessError[] };
  const places = errors.map(({ code, location }) => ({ what: code, location }));
  return locatedError('ConfigurationError', formatError(thrown, { cwd: process.cwd() }), places);
}
