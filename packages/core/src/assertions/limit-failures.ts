import { draftFailure } from './failure.ts';
import type { DraftFailure } from './failure.ts';

/** The default of `max_validation_errors`. */
const defaultFailureLimit = 20;

/** The first `limit` failures and warnings each, and a note of how many more there are. The verdict never changes. */
export function limitFailures(
  drafts: readonly DraftFailure[],
  limit: number = defaultFailureLimit,
): readonly DraftFailure[] {
  if (drafts.length <= limit) return drafts;
  const seen = { failure: 0, warning: 0 };
  const kept = drafts.filter(({ failure }) => {
    seen[failure.severity] += 1;
    return seen[failure.severity] <= limit;
  });
  const hidden = drafts.length - kept.length;
  if (hidden === 0) return drafts;
  const severity = seen.failure > limit ? 'failure' : 'warning';
  const source = {
    key: '',
    type: 'max_validation_errors',
    configKey: 'expected.max_validation_errors',
    severity,
  } as const;
  return [
    ...kept,
    draftFailure(source, `${hidden} more did not hold and are not shown (max_validation_errors is ${limit})`),
  ];
}
