/** What to say about a key that the schema does not know. */
import { nearestName } from '../nearest.ts';
import { keysAt } from './schema-lookup.ts';
import type { ConfigPath } from './types.ts';
import { preMergeKeys, topLevelKeys } from './vocabulary.ts';

/** Words that people use for a key, and the key. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  arguments: ['input_params', 'args'],
  args: ['input_params'],
  input: ['input_params'],
  inputs: ['input_params'],
  assert: ['expected'],
  assertions: ['expected'],
  expect: ['expected'],
  cmd: ['command'],
  executable: ['command'],
  program: ['command'],
  cwd: ['working_dir'],
  directory: ['working_dir'],
  env_vars: ['env'],
  environment: ['env'],
  type: ['transport'],
  endpoint: ['url'],
  tool: ['tool_name'],
  name: ['id'],
  timeout: ['timeout_override_seconds', 'timeout_seconds', 'startup_timeout_seconds'],
  timeout_seconds: ['timeout_override_seconds', 'request_timeout_seconds', 'global_timeout_seconds'],
  timeout_ms: ['timeout_override_seconds', 'timeout_seconds'],
  parallel: ['parallel_execution'],
  concurrent: ['max_concurrency', 'concurrency'],
  retries: ['retry'],
  suites: ['test_suites'],
  tests: ['test_cases', 'test_suites'],
  cases: ['test_cases'],
  skip: ['skip_if', 'enabled'],
  only: ['only_if'],
  setup: ['setup_steps', 'setup_script'],
  teardown: ['cleanup_steps', 'teardown_script'],
  cleanup: ['cleanup_steps', 'teardown_script'],
  repeat: ['iterations'],
  store: ['store_result_as'],
  save_as: ['store_result_as'],
  error_code: ['expected_error_code'],
  should_fail: ['expect_error'],
  base: ['extends'],
  includes: ['include'],
};

/** Places of the file whose keys are looked through for a key that stands in the wrong one. */
const places: readonly (readonly [path: ConfigPath, name: string])[] = [
  [['server'], 'server'],
  [['test_suites', 0], 'an entry of test_suites'],
  [['test_suites', 0, 'test_cases', 0], 'an entry of test_cases'],
  [['test_suites', 0, 'test_cases', 0, 'expected'], 'expected'],
  [['test_suites', 0, 'test_cases', 0, 'performance'], 'performance of a test'],
  [['global'], 'global'],
  [['reporting'], 'reporting'],
];

/** The key of the mapping at `parent` that an unknown one was probably meant to be. */
export function meantKey(parent: ConfigPath, key: string): string | undefined {
  const known = parent.length === 0 ? topLevelKeys : keysAt(parent);
  const words = synonyms[key.toLowerCase().replaceAll('-', '_')];
  return nearestName(key, known) ?? words?.find((name) => known.includes(name));
}

/** A remedy for an unknown key in the mapping at `parent`. */
export function hintForUnknownKey(parent: ConfigPath, key: string): string {
  const known = parent.length === 0 ? [...topLevelKeys] : [...keysAt(parent)];
  const meant = meantKey(parent, key);
  if (meant !== undefined) return `Did you mean ${meant}?`;
  if (preMergeKeys.includes(key)) return `${key} stands at the top of a file.`;
  const home = places.find(([path]) => !samePlace(path, parent) && keysAt(path).includes(key));
  if (home !== undefined) return `${key} belongs to ${home[1]}.`;
  if (topLevelKeys.includes(key)) return `${key} stands at the top of a file.`;
  if (known.length === 0) return 'Remove it.';
  return `Known keys here: ${known.slice(0, 24).join(', ')}${known.length > 24 ? ', …' : ''}.`;
}

function samePlace(a: ConfigPath, b: ConfigPath): boolean {
  return (
    a.length === b.length && a.every((segment, index) => typeof segment === 'number' || segment === b[index])
  );
}
