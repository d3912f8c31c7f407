import { cleanText } from '@mcp-test-harness/core/clean-text';

/**
 * Text with words of a server, fit for the message of an error: no terminal sequences, and no line that could be taken for
 * one of a stack (V8's `at …`, or `…@…:1:2`), since reporters open the files that stacks name.
 */
export function harmlessText(text: string): string {
  return cleanText(text).replaceAll(/^(?=\s*at\s|\S*@\S*:\d+)/gm, '│ ');
}
