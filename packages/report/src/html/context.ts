/** What all parts of the page share. */
export interface PageContext {
  readonly cwd: string;
  /** Fragment of a test's details. */
  readonly anchorOf: (testId: string) => string;
  /** Duration of the slowest test, for the bars beside the names. */
  readonly longestMs: number;
  /**
   * Asks for room for the exchange of a passed test. The page keeps to a size that browsers open at once;
   * those that do not fit are in the JSON report.
   */
  readonly takeRoom: (characters: number) => boolean;
}

/** @param limitCharacters room for the exchanges of passed tests */
export function createPageContext(
  cwd: string,
  tests: readonly { readonly id: string; readonly durationMs: number }[],
  limitCharacters: number,
): PageContext {
  const anchors = new Map<string, string>();
  const taken = new Set<string>();
  let longestMs = 0;
  for (const { id, durationMs } of tests) {
    longestMs = Math.max(longestMs, durationMs);
    const slug = `t-${id
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 120)}`;
    let anchor = slug;
    for (let copy = 2; taken.has(anchor); copy += 1) anchor = `${slug}-${copy}`;
    taken.add(anchor);
    anchors.set(id, anchor);
  }
  let left = limitCharacters;
  return {
    cwd,
    longestMs,
    anchorOf: (testId) => anchors.get(testId) ?? '',
    takeRoom(characters) {
      if (characters > left) return false;
      left -= characters;
      return true;
    },
  };
}
