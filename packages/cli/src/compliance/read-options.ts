import type { CallPolicy, Check, Profile } from '@mcp-test-harness/core/compliance';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { nearestName } from '@mcp-test-harness/core/nearest';

/** `--call-tools`: a word, or names of tools. */
export function readCallPolicy(text: string | undefined): CallPolicy {
  if (text === undefined) return 'read-only';
  if (text === 'read-only' || text === 'all' || text === 'none') return text;
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '')) return { names };
  throw new HarnessError({
    code: 'USAGE',
    message: `--call-tools needs read-only, all, none or names of tools, not "${text}"`,
    hint: 'For example --call-tools echo,get-sum.',
  });
}

/** `--profile 2025-11-25/1`; undefined when it was not given. @throws HarnessError USAGE when there is none such */
export function readProfile(text: string | undefined, profiles: readonly Profile[]): Profile | undefined {
  if (text === undefined) return undefined;
  const found = profiles.find(({ revision, version }) => `${revision}/${version}` === text);
  if (found !== undefined) return found;
  throw new HarnessError({
    code: 'USAGE',
    message: `there is no profile ${text}`,
    hint: `Known: ${profiles.map(({ revision, version }) => `${revision}/${version}`).join(', ')}.`,
  });
}

/** The checks whose id fits one of the patterns; all without patterns. @throws HarnessError USAGE for a pattern that fits none */
export function chooseChecks(checks: readonly Check[], patterns: readonly string[]): readonly Check[] {
  if (patterns.length === 0) return checks;
  const tests = patterns.map((pattern) => {
    const fits = globTest(pattern);
    if (checks.some(({ id }) => fits(id))) return fits;
    const ids = checks.map(({ id }) => id);
    const near = nearestName(pattern, ids);
    throw new HarnessError({
      code: 'USAGE',
      message: `--only ${pattern} fits no requirement`,
      hint: `${near === undefined ? '' : `Did you mean ${near}? `}See them with mcp-test-harness compliance --list; * stands for anything, as in tools.*.`,
    });
  });
  return checks.filter(({ id }) => tests.some((fits) => fits(id)));
}

function globTest(pattern: string): (id: string) => boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replaceAll(/[\\^$.+?()[\]{}|]/g, String.raw`\$&`))
    .join('.*');
  const regex = new RegExp(`^${source}$`);
  return (id) => regex.test(id);
}
