import type { SourceLocation } from '../errors.ts';
import type { PlannedStep, PlannedTest } from '../plan/types.ts';

/** Where the key of a failure stands: itself, its nearest ancestor that is written down, its step, or its test. */
export function locateFailure(
  test: PlannedTest,
  step: PlannedStep | undefined,
  configKey: string | undefined,
): SourceLocation | undefined {
  const prefix = step === undefined || step.configKey === '' ? '' : step.configKey;
  let key = configKey === undefined ? prefix : prefix === '' ? configKey : `${prefix}.${configKey}`;
  while (key !== '') {
    const location = test.locations[key];
    if (location !== undefined) return location;
    key = key.slice(0, Math.max(0, key.lastIndexOf('.'), key.lastIndexOf('[')));
  }
  return test.location;
}
