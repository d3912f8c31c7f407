import { isHarnessError, type HarnessError } from '@mcp-test-harness/core/errors';
import { formatLocation } from './format-location.ts';
import { paint, type Io } from './io.ts';
import { harnessVersion } from './version.ts';

const issuesUrl = 'https://github.com/mcp-test-harness/mcp-test-harness/issues/new';

/** An error for people: what, where, how to mend; an internal one with a prefilled issue link. */
export function renderError(error: unknown, io: Pick<Io, 'color' | 'mask'>): string {
  if (!isHarnessError(error) || error.code === 'INTERNAL') return renderInternal(error, io);
  const list = (error as HarnessError & { errors?: readonly HarnessError[] }).errors ?? [error];
  const blocks = list.map((one) => renderOne(one, io));
  if (list.length > 1) blocks.push(paint(io, 'red', `${list.length} errors`));
  return `${blocks.join('\n\n')}\n`;
}

function renderOne(error: HarnessError, io: { readonly color: boolean }): string {
  const { location } = error;
  const where = location === undefined ? '' : `${formatLocation(location, process.cwd())}  `;
  const lines = [`${paint(io, 'bold', where)}${paint(io, 'red', error.code)}  ${error.message}`];
  if (error.frame !== undefined) lines.push(error.frame.replace(/\n$/, ''));
  if (error.hint !== undefined) lines.push(...error.hint.split('\n').map((line) => `  ${line}`));
  return lines.join('\n');
}

function renderInternal(error: unknown, io: Pick<Io, 'color' | 'mask'>): string {
  // Before it is put into a link, where a secret would look otherwise.
  const stack = io.mask(error instanceof Error ? withCauses(error) : String(error));
  const url = new URL(issuesUrl);
  url.searchParams.set('title', `Internal error: ${firstLine(stack)}`.slice(0, 120));
  url.searchParams.set(
    'body',
    `version ${harnessVersion()}, node ${process.versions.node}, ${process.platform}\n\n\`\`\`\n${stack.slice(0, 1500)}\n\`\`\``,
  );
  return [
    `${paint(io, 'red', 'INTERNAL')}  ${stack}`,
    '',
    '  This is a fault of mcp-test-harness, not of your server. Please report it (look through the text for secrets first):',
    `  ${url.href}`,
    '',
  ].join('\n');
}

function withCauses(error: Error): string {
  const own = error.stack ?? error.message;
  return error.cause instanceof Error ? `${own}\n  caused by ${withCauses(error.cause)}` : own;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
