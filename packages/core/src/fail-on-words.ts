/** What a run may fail on: the words of `performance.fail_on` of a configuration and of the Action's `fail-on`. */
export const failOnWords = [
  'tests',
  'regressions',
  'regressions:any',
  'regressions:warning',
  'regressions:error',
  'regressions:critical',
  'breaking-changes',
  'findings',
  'never',
] as const;

export type FailOnWord = (typeof failOnWords)[number];

/** Where nothing is said. */
export const defaultFailOn: readonly FailOnWord[] = ['regressions', 'breaking-changes', 'tests'];
