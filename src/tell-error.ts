import { isHarnessError, type HarnessError } from '@mcp-test-harness/core/errors';
import type { Log } from './log.ts';
import { harnessVersion } from './version.ts';

const issuesUrl = 'https://github.com/mcp-test-harness/mcp-test-harness/issues/new';

/** What ended the step, for people: what, where, how to mend; a fault of ours with a link that reports it. */
export function tellError(error: unknown, log: Log): void {
  if (isHarnessError(error) && error.code !== 'INTERNAL') {
    for (const one of listOf(error)) tellOne(one, log);
    return;
  }
  const stack = log.masker.text(error instanceof Error ? (error.stack ?? error.message) : String(error));
  log.line(stack);
  log.annotate({
    level: 'error',
    title: 'A fault of MCP Test Harness, not of your server',
    message: `${firstLine(stack)}\nPlease report it (look through the text for secrets first): ${reportLink(stack)}`,
  });
}

function tellOne({ code, message, hint, frame }: HarnessError, log: Log): void {
  if (frame !== undefined) log.line(frame);
  log.annotate({
    level: 'error',
    title: code,
    message: hint === undefined ? message : `${message}\n${hint}`,
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
