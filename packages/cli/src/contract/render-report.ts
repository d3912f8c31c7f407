import type { ContractChange } from '@mcp-test-harness/core/contract';
import { count } from '../count.ts';
import { paint, type Io } from '../io.ts';
import { visible } from '../visible.ts';
import { wrap } from '../wrap.ts';
import { writeAdvice, writeGrowth, type ContractReport } from './report.ts';

/** Changes of one kind that are shown one by one, without -v. */
const shownChanges = 30;
/** Tools that are named one by one in the list of costs. */
const shownTools = 3;

const colors = { breaking: 'red', risky: 'yellow', compatible: 'green' } as const;

/** A comparison for people: changes by kind, what the context costs, which version it needs. */
export function renderReport(report: ContractReport, io: Io): string {
  const width = Math.min(io.columns, 100);
  const lines = [renderServers(report, io), ''];
  for (const kind of ['breaking', 'risky', 'compatible'] as const) {
    const changes = report.changes.filter((change) => change.kind === kind);
    const shown = io.verbosity > 0 ? changes : changes.slice(0, shownChanges);
    for (const change of shown) lines.push(...renderChange(change, width, io));
    if (shown.length < changes.length)
      lines.push(`${changes.length - shown.length} more ${kind} changes: -v shows all`);
    if (changes.length > 0) lines.push('');
  }
  return [
    ...lines,
    ...renderContext(report, io),
    ...renderVersion(report, io),
    renderVerdict(report, io),
    '',
  ].join('\n');
}

function renderServers({ before, after }: ContractReport, io: Io): string {
  const name = ({ server, protocolRevisions }: ContractReport['before']): string =>
    visible(
      [server.name || 'unnamed', server.version, `(${protocolRevisions.join(', ')})`]
        .filter(Boolean)
        .join(' '),
    );
  const [old, current] = [name(before), name(after)];
  return paint(io, 'bold', old === current ? current : `${old} → ${current}`);
}

function renderChange(change: ContractChange, width: number, io: Io): readonly string[] {
  const indent = '  ';
  const prose = wrap(visible(change.reason), width - indent.length);
  return [
    `${paint(io, colors[change.kind], change.kind)}  ${paint(io, 'bold', change.code)}`,
    `${indent}${paint(io, 'cyan', cut(visible(change.path), width - indent.length))}`,
    ...prose.map((line) => indent + line),
    ...renderTexts(change, width, io),
  ];
}

/** Texts that models read are worth seeing: the first place where they differ, in each. */
function renderTexts({ before, after }: ContractChange, width: number, io: Io): readonly string[] {
  if (typeof before !== 'string' || typeof after !== 'string' || before === after) return [];
  let same = 0;
  while (same < before.length && before[same] === after[same]) same += 1;
  const start = Math.max(0, same - 20);
  const part = (text: string): string =>
    cut(visible(`${start > 0 ? '…' : ''}${text.slice(start)}`), width - 4);
  return [`  ${paint(io, 'red', `- ${part(before)}`)}`, `  ${paint(io, 'green', `+ ${part(after)}`)}`];
}

function renderContext({ context }: ContractReport, io: Io): readonly string[] {
  const title = paint(io, 'bold', 'Context');
  if (context === undefined)
    return [`${title}  not compared: the tokens were counted by different tokenizers`];
  const { before, after, tokenizer, growth, tools } = context;
  if (growth === 0 && tools.length === 0) return [`${title}  ${after} tokens as before (${tokenizer})`];
  const most = tools
    .slice(0, shownTools)
    .map((tool) => `  ${visible(tool.name)} ${tool.before} → ${tool.after}`);
  const more = tools.length > shownTools ? [`  and ${count(tools.length - shownTools, 'other tool')}`] : [];
  return [`${title}  ${before} → ${after} tokens, ${writeGrowth(context)} (${tokenizer})`, ...most, ...more];
}

function renderVersion({ version, changes }: ContractReport, io: Io): readonly string[] {
  if (changes.length === 0 && version.taken?.isEnough !== false) return [];
  const says = visible(writeAdvice(version));
  return [
    `${paint(io, 'bold', 'Version')}  ${version.taken?.isEnough === false ? paint(io, 'yellow', says) : says}`,
  ];
}

function renderVerdict({ totals, failures, changes }: ContractReport, io: Io): string {
  const sign = failures.length > 0 ? paint(io, 'red', '✗') : paint(io, 'green', '✓');
  if (changes.length === 0 && failures.length === 0) return `${sign} the contract is kept: nothing changed`;
  const counts = `${totals.breaking} breaking, ${totals.risky} risky, ${totals.compatible} compatible`;
  return failures.length > 0 ? `${sign} ${counts}: fails for ${failures.join(' and ')}` : `${sign} ${counts}`;
}

function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, Math.max(1, width - 1))}…` : text;
}
