import type { MaybePromise } from './maybe-promise.ts';
import type { Comparison } from './compare.ts';
import { defaultComparison, withOptions } from './compare.ts';
import type { Check, CompileDeps, MatcherMap, Mismatch, Validation } from './define.ts';
import { holds } from './define.ts';
import type { Expected } from './expected.ts';
import { compileTemplate } from './match.ts';
import { expandMatcherMap } from './matcher-map.ts';
import { describeError } from './regex.ts';
import { registry } from './registry.ts';

/** What is wrong with an expectation itself. */
export interface ExpectationProblem {
  /** `expected.patterns[1].key`. */
  readonly configKey: string;
  readonly message: string;
}

/** Compiles the parts of one `expected`. */
export interface Compiler {
  readonly comparison: Comparison;
  /** Compiles one part; its problems are kept under the key. */
  part<T>(configKey: string, compile: (deps: CompileDeps) => T): T;
  /** Problems of a part, once {@link Compiler.finish} has settled. */
  problemsOf(configKey: string): readonly string[];
  readonly problems: readonly ExpectationProblem[];
  /** Waits for everything that was deferred; at once when there is nothing. */
  finish(): MaybePromise<void>;
}

/** The comparison that the options of an `expected` ask for. */
export function comparisonOf(expected: Expected): Comparison {
  return withOptions(defaultComparison, expected);
}

export function createCompiler(comparison: Comparison, baseDir: string): Compiler {
  const problems: ExpectationProblem[] = [];
  const pending: Promise<unknown>[] = [];
  return {
    comparison,
    problems,
    part(configKey, compile) {
      const problem = (message: string): void => {
        problems.push({ configKey, message });
      };
      return compile(
        createDeps(comparison, {
          baseDir,
          problem,
          defer: (work) => {
            pending.push(work().catch((error: unknown) => problem(describeError(error))));
          },
        }),
      );
    },
    problemsOf: (configKey) =>
      problems.filter((problem) => problem.configKey === configKey).map(({ message }) => message),
    finish: () => (pending.length === 0 ? undefined : waitForAll(pending)),
  };
}

async function waitForAll(pending: readonly Promise<unknown>[]): Promise<void> {
  await Promise.all(pending);
}

type Surroundings = Pick<CompileDeps, 'baseDir' | 'defer' | 'problem'>;

function createDeps(comparison: Comparison, surroundings: Surroundings): CompileDeps {
  const deps: CompileDeps = {
    ...surroundings,
    comparison,
    compileNested: (validation) => compileNested(validation, deps),
    compileTemplate: (template, changed) =>
      compileTemplate(template, {
        registry,
        comparison: changed,
        compileMap: (map) =>
          compileMatcherMap(map, changed === comparison ? deps : createDeps(changed, surroundings)),
      }),
  };
  return deps;
}

/** The check for a validation `{type, ...}`. */
export function compileValidation({ type, ...options }: Validation, deps: CompileDeps): Check {
  const assertion = registry.get(type);
  if (assertion === undefined) {
    deps.problem(`there is no validation type ${JSON.stringify(type)}`);
    return { phrase: `to be ${type}`, verify: () => holds };
  }
  try {
    const problem = assertion.findProblem(options);
    if (problem !== undefined) deps.problem(problem);
    return assertion.create(options, deps);
  } catch (error) {
    // Options that were filled in after validation may be of any type.
    deps.problem(`the options of ${type} are unusable: ${describeError(error)}`);
    return { phrase: `to be ${type}`, verify: () => holds };
  }
}

/** The check for a matcher map: all of its validations hold. */
export function compileMatcherMap(map: MatcherMap, deps: CompileDeps): Check {
  const names = Object.keys(map);
  const checks = expandMatcherMap(map, registry).map((validation) => compileValidation(validation, deps));
  return {
    phrase: checks.map((check) => check.phrase).join(' and '),
    acceptsMissing: checks.every((check) => check.acceptsMissing === true),
    verify(actual) {
      let mismatches: Mismatch[] | undefined;
      for (const [index, check] of checks.entries()) {
        for (const mismatch of check.verify(actual)) {
          const { type = names[index], phrase = check.phrase } = mismatch;
          (mismatches ??= []).push({ ...mismatch, type, phrase });
        }
      }
      return mismatches ?? holds;
    },
  };
}

function compileNested(validation: Validation | MatcherMap, deps: CompileDeps): Check {
  const { type } = validation;
  if (typeof type === 'string') return compileValidation(validation as Validation, deps);
  return compileMatcherMap(validation as MatcherMap, deps);
}
