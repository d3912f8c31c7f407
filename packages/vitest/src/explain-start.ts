import { isHarnessError } from '@mcp-test-harness/core';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { harmlessText } from './harmless-text.ts';

const stderrLines = 12;

/** A connection that could not be opened, with all that helps in its message: reporters show nothing else. */
export function explainStart(error: unknown): unknown {
  if (!isHarnessError(error)) return error;
  const { code, message, hint, details } = error;
  const said = typeof details?.['stderrTail'] === 'string' ? details['stderrTail'].trimEnd() : '';
  const explained = new HarnessError({
    code,
    message: harmlessText(
      [
        `${message} [${code}]`,
        ...(hint === undefined ? [] : [hint]),
        ...(said === ''
          ? []
          : ['stderr of the server:', ...said.split('\n').slice(-stderrLines).map(quoted)]),
      ].join('\n'),
    ),
  });
  // Where the library threw it tells nobody anything.
  explained.stack = `${explained.name}: ${explained.message}`;
  return explained;
}

function quoted(line: string): string {
  return `│ ${line}`;
}
