import { relative } from 'node:path';
import { isHarnessError, toHarnessError } from '../errors.ts';
import type { HarnessError } from '../errors.ts';

export interface FormatErrorOptions {
  /** Files are shown relative to this directory; default: absolute. */
  readonly cwd?: string | undefined;
}

/**
 * An error, or every error of a list, as plain text for people:
 *
 *     mcp-test-harness.yaml:14:9  CONFIG_UNKNOWN_KEY  test_suites[0].timout is not a known key
 *       14 |   timout: 10
 *          |   ^^^^^^
 *       Did you mean timeout_seconds?
 */
export function formatError(error: unknown, options: FormatErrorOptions = {}): string {
  const known = toHarnessError(error);
  return errorsOf(known)
    .map((one) => formatOne(one, options.cwd))
    .join('\n\n');
}

/** The errors of a list, or the one error. */
function errorsOf(error: HarnessError): readonly HarnessError[] {
  const { errors } = error as HarnessError & { readonly errors?: unknown };
  return Array.isArray(errors) && errors.length > 0 && errors.every(isHarnessError) ? errors : [error];
}

function formatOne(error: HarnessError, cwd: string | undefined): string {
  const { location } = error;
  const head = [error.code, error.message];
  if (location !== undefined) {
    const file =
      cwd === undefined || location.file.startsWith('<') ? location.file : relative(cwd, location.file);
    head.unshift(`${file}:${location.line}:${location.column}`);
  }
  const lines = [head.join('  ')];
  if (error.frame !== undefined) lines.push(error.frame);
  if (error.hint !== undefined) lines.push(...error.hint.split('\n').map((line) => `  ${line}`));
  return lines.join('\n');
}
