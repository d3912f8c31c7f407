import type { RunResult } from '@mcp-test-harness/core';
import { cleanLine } from './clean-text.ts';
import { cutText } from './cut.ts';

type ServerRevisions = NonNullable<RunResult['revisions']>[number];

/** `server speaks 2025-06-18, 2025-11-25, not 2026-07-28`. */
export function describeRevisions({ server, spoken, notSpoken }: ServerRevisions): string {
  const refused = notSpoken.map(({ revision }) => revision).join(', ');
  const speaks = spoken.length === 0 ? 'no protocol revision that could be told' : spoken.join(', ');
  return cleanLine(`${server} speaks ${speaks}${refused === '' ? '' : `, not ${refused}`}`);
}

/** Why it does not speak the others, one line each. */
export function listRefusals({ notSpoken }: ServerRevisions): readonly string[] {
  return notSpoken.map(
    ({ revision, reason }) => `${cleanLine(revision)}: ${cutText(cleanLine(reason), 300)}`,
  );
}
