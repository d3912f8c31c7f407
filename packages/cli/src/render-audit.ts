import type { AuditFinding, AuditResult, AuditSeverity } from '@mcp-test-harness/core/audit';
import { count } from './count.ts';
import { paint, type Io } from './io.ts';
import { visible } from './visible.ts';

/** Tools that are named one by one in the list of costs. */
const shownTools = 5;
/** Places of one code that are named one by one. */
const shownPlaces = 10;

const colors = { error: 'red', warning: 'yellow', info: 'cyan' } as const;

/** An audit for people: findings by code, what the tools cost, the protocol in short. */
export function renderAudit(report: AuditResult, io: Io): string {
  return [
    ...renderServer(report, io),
    ...renderFindings(report.findings, io),
    ...renderUnreadable(report, io),
    ...renderCost(report, io),
    ...renderCompliance(report, io),
    renderFuzz(report, io),
    '',
  ].join('\n');
}

function renderServer({ server }: AuditResult, io: Io): readonly string[] {
  const { name, version } = server.info;
  const title = [name, version].filter((part) => typeof part === 'string').join(' ');
  return [`${paint(io, 'bold', visible(title) || server.name)}  protocol ${server.revision}`, ''];
}

function renderFindings(findings: readonly AuditFinding[], io: Io): readonly string[] {
  if (findings.length === 0) return [`${paint(io, 'green', '✓')} nothing to say against its definitions`, ''];
  const byCode = Map.groupBy(findings, ({ code }) => code);
  return [...byCode.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const head = `${paint(io, colors[first.severity], first.severity)}  ${paint(io, 'bold', first.code)}${group.length > 1 ? `  ${group.length} times` : ''}`;
    const places = group.slice(0, shownPlaces).map(({ subject, path, message }) => {
      const where = `${subject.kind} ${visible(subject.name)}${path === undefined ? '' : ` ${visible(path)}`}`;
      return `  ${visible(message)}  ${paint(io, 'dim', where)}`;
    });
    const more = group.length > shownPlaces ? [`  … and ${group.length - shownPlaces} more`] : [];
    return [head, ...places, ...more, `  ${paint(io, 'dim', first.remedy)}`, ''];
  });
}

function renderUnreadable({ unreadable }: AuditResult, io: Io): readonly string[] {
  return unreadable.flatMap(({ list, reason }) => [
    `${paint(io, 'red', 'error')}  ${list} could not be read: ${visible(reason)}`,
    '',
  ]);
}

function renderFuzz({ fuzz }: AuditResult, io: Io): string {
  const title = paint(io, 'bold', 'Fuzzing');
  if (fuzz === undefined) return `${title}  no tool that is annotated read-only was called`;
  const slow =
    fuzz.slow.length === 0 ? '' : `; left out, since they take long anyway: ${visible(fuzz.slow.join(', '))}`;
  return `${title}  ${count(fuzz.calls, 'call')} with faulty arguments, ${count(fuzz.failures.length, 'failure')}; again with --seed ${fuzz.seed}${slow}`;
}

function renderCost({ context }: AuditResult, io: Io): readonly string[] {
  const { tools, totalTokens, tokenizer } = context;
  const dearest = tools
    .slice(0, shownTools)
    .map(({ name, tokens }) => `  ${String(tokens).padStart(6)}  ${visible(name)}`);
  const more =
    tools.length > shownTools ? [`          and ${count(tools.length - shownTools, 'other tool')}`] : [];
  return [
    `${paint(io, 'bold', `${totalTokens} tokens`)} of context for ${count(tools.length, 'tool')} and instructions (${tokenizer})`,
    ...dearest,
    ...more,
    '',
  ];
}

function renderCompliance({ compliance, findings }: AuditResult, io: Io): readonly string[] {
  const { totals, score, results } = compliance;
  const broken = results.filter(({ status }) => status === 'failed' || status === 'warning');
  const counts = (['error', 'warning', 'info'] as const satisfies readonly AuditSeverity[])
    .map((severity) => count(findings.filter((finding) => finding.severity === severity).length, severity))
    .join(', ');
  return [
    ...broken.map(
      ({ id, level, title, message }) =>
        `${paint(io, level === 'MUST' ? 'red' : 'yellow', `${level} broken`)}  ${paint(io, 'bold', id)}  ${title}\n  ${visible(message ?? '')}`,
    ),
    ...(broken.length === 0 ? [] : ['', '  More of each: mcp-test-harness compliance', '']),
    `${paint(io, 'bold', 'Protocol')}  ${totals.passed} passed, ${totals.failed} failed, ${totals.warnings} warnings, ${totals.notApplicable} not applicable, ${totals.notTestable} not testable${score === undefined ? '' : `; score ${Math.round(score * 100)} of 100`}`,
    `${paint(io, 'bold', 'Definitions')}  ${counts}`,
  ];
}
