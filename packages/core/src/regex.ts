/**
 * Regular expressions in linear time, for patterns and texts that are not ours: no input can make one run away.
 * RE2 syntax (https://github.com/google/re2/wiki/Syntax): no lookaround and no backreferences.
 *
 * Import this module dynamically: the engine costs some 13 ms to load.
 */
import { RE2JS } from 're2js';
import { HarnessError } from './errors.ts';

/** A compiled pattern. */
export interface SafeRegex {
  /** The pattern as it was written. */
  readonly source: string;
  /** True when the pattern is found anywhere in the text. */
  test(text: string): boolean;
  /** The first match and its groups, or undefined. */
  exec(text: string): readonly (string | undefined)[] | undefined;
  /** Replaces every match; `$1` or `${name}` in the replacement stand for groups. */
  replaceAll(text: string, replacement: string): string;
}

const flagBits: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
  // Every pattern works on code points, and these two change nothing else that is visible here.
  u: 0,
  g: 0,
};

/**
 * Compiles a pattern.
 * @param flags any of i, m, s (u and g are taken and change nothing)
 * @throws HarnessError CONFIG_INVALID naming the pattern and what is wrong with it
 */
export function createSafeRegex(pattern: string, flags = ''): SafeRegex {
  let bits = 0;
  for (const flag of flags) {
    const bit = flagBits[flag];
    if (bit === undefined) {
      throw new HarnessError({
        code: 'CONFIG_INVALID',
        message: `unknown flag "${flag}" of the regular expression /${pattern}/`,
        hint: 'Known flags: i (ignore case), m (^ and $ at every line), s (. takes newlines too).',
      });
    }
    bits |= bit;
  }
  const compiled = compile(pattern, bits);
  return {
    source: pattern,
    test: (text) => compiled.matcher(text).find(),
    exec: (text) => {
      const matcher = compiled.matcher(text);
      if (!matcher.find()) return undefined;
      return Array.from(
        { length: matcher.groupCount() + 1 },
        (_, index) => matcher.group(index) ?? undefined,
      );
    },
    replaceAll: (text, replacement) => compiled.matcher(text).replaceAll(replacement),
  };
}

function compile(pattern: string, bits: number): RE2JS {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern), bits);
  } catch (error) {
    const reason =
      error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error);
    const unsupported = /\(\?<?[=!]|\\[1-9]/.test(pattern);
    throw new HarnessError({
      code: 'CONFIG_INVALID',
      message: `/${pattern}/ is not a usable regular expression: ${reason}`,
      hint: unsupported
        ? 'Lookaround and backreferences do not exist here, since they can take exponential time (RE2 syntax).'
        : 'The syntax is that of RE2: https://github.com/google/re2/wiki/Syntax',
      cause: error,
    });
  }
}
