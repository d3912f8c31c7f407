import { HarnessError, isHarnessError } from '@mcp-test-harness/core/errors';
import type { Log } from './log.ts';
import { harnessVersion } from './version.ts';

const issuesUrl = 'https://github.com/mcp-test-harness/mcp-test-harness/issues/new';

/** What ended the step, for people: what, where, how to mend. */
export function tellError(error: unknown, log: Log): void {
  for (const { code, message, hint } of listOf(explainError(error, log)))
    log.annotate({
      level: 'error',
      title: code,
      message: hint === undefined ? message : `${message}\n${hint}`,
    });
}

/**
 * The error with everything that a reader needs to mend it; a fault of ours with a link that reports it. What is too long
 * for a remark goes to the log: the line of the configuration, the stack.
 */
export function explainError(error: unknown, log: Log): HarnessError {
  if (isHarnessError(error) && error.code !== 'INTERNAL') {
    for (const { frame } of listOf(error)) if (frame !== undefined) log.line(frame);
    return error;
  }
  const stack = log.masker.text(error instanceof Error ? (error.stack ?? error.message) : String(error));
  log.line(stack);
  return new HarnessError({
    code: 'INTERNAL',
    message: `A fault of MCP Test Harness, not of your server: ${firstLine(stack)}`,
    hint: `Please report it (look through the text for secrets first): ${reportLink(stack)}`,
    cause: error,
  });
}

function listOf(error: HarnessError): readonly HarnessError[] {
  const { errors } = error as { readonly errors?: readonly HarnessError[] };
  return errors ?? [error];
}

function reportLink(stack: string): string {
  const url = new URL(issuesUrl);
  url.searchParams.set('title', `Internal error in the Action: ${firstLine(stack)}`.slice(0, 120));
  url.searchParams.set(
    'body',
    `version ${harnessVersion()}, node ${process.versions.node}, ${process.platform}\n\n\`\`\`\n${stack.slice(0, 1000)}\n\`\`\``,
  );
  return url.href;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
