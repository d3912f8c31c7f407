import type { ContractChange } from '@mcp-test-harness/core/contract';
import { inlineCode } from '@mcp-test-harness/report';
import { writeAdvice, writeGrowth, type ContractReport } from './report.ts';

const icons = { breaking: '❌', risky: '⚠️', compatible: '✅' } as const;
/** A comment on GitHub holds 65,536 characters. */
const shownChanges = 100;

/** A comparison as Markdown for the comment on a pull request. */
export function renderMarkdown(report: ContractReport): string {
  const { changes, totals, context, version, failures, after } = report;
  const shown = changes.slice(0, shownChanges);
  const title = `### Contract of ${foreign(after.server.name || after.source)}`;
  const lines = [title, ''];
  lines.push(
    changes.length === 0
      ? 'Nothing changed for its callers.'
      : `**${totals.breaking} breaking**, ${totals.risky} risky, ${totals.compatible} compatible.`,
    '',
  );
  if (shown.length > 0) lines.push('| | What | Where | Why |', '|---|---|---|---|', ...shown.map(renderRow));
  if (shown.length < changes.length) lines.push('', `And ${changes.length - shown.length} more.`);
  if (shown.length > 0) lines.push('');
  if (context !== undefined && context.growth !== 0)
    lines.push(
      `Context: ${context.before} → ${context.after} tokens, ${writeGrowth(context)}, by ${context.tokenizer}.`,
      '',
    );
  if (changes.length > 0) lines.push(`Version: ${foreign(writeAdvice(version))}.`, '');
  if (failures.length > 0) lines.push(`Fails for ${failures.join(' and ')}.`, '');
  return lines.join('\n');
}

function renderRow({ kind, code, path, reason }: ContractChange): string {
  return `| ${icons[kind]} ${kind} | \`${code}\` | ${foreign(path)} | ${foreign(reason)} |`;
}

const longestText = 400;

/** With text of a server in it: as code, outside of which GitHub would look for mentions and references. */
function foreign(text: string): string {
  return inlineCode(text.length > longestText ? `${text.slice(0, longestText)}…` : text);
}
