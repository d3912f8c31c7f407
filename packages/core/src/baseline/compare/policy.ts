import type { Severity } from '../../benchmark/comparison-types.ts';
import { HarnessError } from '../../errors.ts';
import { defaultFailOn, failOnWords, type FailOnWord } from '../../fail-on-words.ts';
import type { BaselineComparison, FailOnPolicy } from './types.ts';

const nothing: FailOnPolicy = {
  regressions: 'never',
  breakingChanges: false,
  tests: false,
  findings: false,
};

/** What each word of `fail_on` adds. */
const words: Readonly<Record<FailOnWord, Partial<FailOnPolicy>>> = {
  regressions: { regressions: 'error' },
  'regressions:any': { regressions: 'any' },
  'regressions:warning': { regressions: 'warning' },
  'regressions:error': { regressions: 'error' },
  'regressions:critical': { regressions: 'critical' },
  'breaking-changes': { breakingChanges: true },
  tests: { tests: true },
  findings: { findings: true },
  never: {},
};

/**
 * The policy that some words of `fail_on` make.
 * @throws HarnessError USAGE for a word that is none, and for `never` beside others
 */
export function readPolicy(given: readonly string[]): FailOnPolicy {
  if (given.includes('never') && given.length > 1) {
    throw new HarnessError({
      code: 'USAGE',
      message: `fail_on: never and ${given.filter((word) => word !== 'never').join(', ')} exclude each other`,
    });
  }
  return given.reduce<FailOnPolicy>((policy, word) => {
    const part = isWord(word) ? words[word] : undefined;
    if (part === undefined) {
      throw new HarnessError({
        code: 'USAGE',
        message: `fail_on: unknown word "${word}"`,
        hint: `Known: ${failOnWords.join(', ')}.`,
      });
    }
    return { ...policy, ...part };
  }, nothing);
}

/** Breaking changes and newly failing tests fail a run, and regressions from the error threshold on. */
export const defaultPolicy: FailOnPolicy = readPolicy(defaultFailOn);

function isWord(text: string): text is FailOnWord {
  return (failOnWords as readonly string[]).includes(text);
}

/**
 * From which regression on a comparison fails whose sides were measured in turns on one machine: `regressions` without a
 * level means any, since there is no difference between machines that could pass for one.
 * @throws HarnessError USAGE as {@link readPolicy}
 */
export function sideBySideLevel(given: readonly string[]): FailOnPolicy['regressions'] {
  const { regressions } = readPolicy(given);
  const hasLevel = given.some((word) => word.startsWith('regressions:'));
  return given.includes('regressions') && !hasLevel ? 'any' : regressions;
}

const rank: Readonly<Record<Severity, number>> = { minor: 0, warning: 1, error: 2, critical: 3 };
const least: Readonly<Record<FailOnPolicy['regressions'], number>> = {
  any: 0,
  warning: 1,
  error: 2,
  critical: 3,
  never: Infinity,
};

/** What a policy does not let pass, a sentence each. */
export function findFailures(
  found: Pick<BaselineComparison, 'benchmarks' | 'contracts' | 'outcomes' | 'findings'>,
  policy: FailOnPolicy,
): readonly string[] {
  return [
    ...found.benchmarks.flatMap(({ id, severity, sentence }) =>
      severity !== undefined && rank[severity] >= least[policy.regressions] ? [`${id} ${sentence}`] : [],
    ),
    ...(policy.breakingChanges
      ? found.contracts.flatMap(({ server, changes }) =>
          changes
            .filter(({ kind }) => kind === 'breaking')
            .map(({ path, reason }) => `${server}: breaking change of ${path}: ${reason}`),
        )
      : []),
    ...(policy.tests ? found.outcomes.newlyFailing.map((test) => `${test} fails, and passed before`) : []),
    ...(policy.findings
      ? found.findings.new.map(
          ({ rule, server, message }) =>
            `new finding ${rule}${server === undefined ? '' : ` of ${server}`}: ${message}`,
        )
      : []),
  ];
}
