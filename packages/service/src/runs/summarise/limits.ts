import { cleanLine } from '@mcp-test-harness/core/clean-text';

/** How much of each a summary holds. */
export const mostEntries = 50;
/** Of a sentence, in UTF-16 units. */
const longestLine = 400;

/** Foreign text as one line of a summary. */
export function shortLine(text: string, longest = longestLine): string {
  const line = cleanLine(text);
  return line.length <= longest ? line : `${line.slice(0, longest).toWellFormed()}…`;
}
