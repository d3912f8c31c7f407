import { HarnessError } from '@mcp-test-harness/core/errors';
import type { ParsedArguments } from '../command.ts';
import { configOptions, filterOptions } from '../command.ts';
import type { baseOptions } from './settings.ts';

type Given = ParsedArguments<typeof baseOptions>['options'] & Readonly<Record<string, unknown>>;

/** Options of a configuration's own, and of its baselines. */
const configOnly = [
  ...Object.keys(configOptions),
  ...Object.keys(filterOptions),
  'establish-baseline',
  'compare-baseline',
  'update-baseline',
  'baseline-dir',
  'output-dir',
];

/**
 * An option that is taken and ignored would be a lie.
 * @param command what follows `--`
 * @throws HarnessError USAGE for options that exclude each other, or mean nothing here
 */
export function requireSense(given: Given, command: readonly string[]): void {
  if (given.compare !== undefined && given['compare-ref'] !== undefined) {
    throw usage('--compare and --compare-ref exclude each other', 'Name one base.');
  }
  if (given['setup-command'] !== undefined && given['compare-ref'] === undefined) {
    throw usage(
      '--setup-command means nothing without --compare-ref',
      'It makes the worktree of the base ready.',
    );
  }
  if (command.length === 0) {
    if (given['call-tools'] === undefined) return;
    throw usage(
      '--call-tools means nothing with a configuration',
      'It belongs to a command after --; a configuration says itself what is called.',
    );
  }
  const other = configOnly.find((name) => isGiven(given[name]));
  if (other === undefined) return;
  throw usage(`--${other} means nothing beside a command after --`, 'It belongs to a configuration.');
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
}

function usage(message: string, hint: string): HarnessError {
  return new HarnessError({ code: 'USAGE', message, hint });
}
