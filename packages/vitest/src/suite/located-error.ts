import type { SourceLocation } from '@mcp-test-harness/core';
import { cleanLine } from '@mcp-test-harness/core/clean-text';
import { harmlessText } from '../harmless-text.ts';

/** A place to go to, as a line of a stack. */
export interface Place {
  readonly what: string;
  readonly location: SourceLocation | undefined;
}

/**
 * An error whose stack leads into a YAML file: reporters print the lines around the first place, and editors open it.
 * Nothing of the message can be taken for a line of a stack.
 */
export function locatedError(name: string, text: string, places: readonly Place[]): Error {
  const error = new Error(harmlessText(text));
  error.name = name;
  const frames = places.map(frameOf).filter((frame) => frame !== undefined);
  error.stack = [`${name}: ${error.message}`, ...new Set(frames)].join('\n');
  return error;
}

function frameOf({ what, location }: Place): string | undefined {
  if (location === undefined || location.file.startsWith('<')) return undefined;
  // Parentheses would end the name of the frame.
  const method = cleanLine(what)
    .replaceAll(/[()\s]+/g, ' ')
    .trim();
  return `    at ${method} (${location.file}:${location.line}:${location.column})`;
}
