import type { Finding } from '@mcp-test-harness/core';
import type { BaselineComparison } from '@mcp-test-harness/core/baseline';
import type { Capped, ReportedFinding } from '../types.ts';
import { comparisonsOf, type AuditedServer, type JobReportParts } from './parts.ts';
import type { Trimmer } from './texts.ts';

const weight = { error: 0, warning: 1, info: 2 } as const;

/** The findings of all that ran, a rule and server told once: new ones first, then the worst. */
export function collectFindings(parts: JobReportParts, trim: Trimmer): Capped<ReportedFinding> {
  const { tests, benchmark, compliance, audit } = parts;
  const isNew = newness(comparisonsOf(parts));
  const all = [
    ...fromRun('test', tests?.findings ?? [], isNew),
    ...fromRun('benchmark', benchmark?.findings ?? [], isNew),
    ...fromRun('compliance', compliance?.findings ?? [], isNew),
    ...(audit === undefined ? [] : fromAudit(audit)),
  ];
  const distinct = [
    ...new Map(all.toReversed().map((one) => [JSON.stringify([one.rule, one.server]), one])).values(),
  ].toReversed();
  const sorted = distinct.toSorted(
    (a, b) => Number(b.isNew === true) - Number(a.isNew === true) || weight[a.severity] - weight[b.severity],
  );
  return trim.list(sorted, ({ rule, server, message, ...rest }) => ({
    ...rest,
    rule: trim.line(rule),
    ...(server === undefined ? {} : { server: trim.line(server) }),
    message: trim.line(message),
  }));
}

type Newness = (finding: Pick<Finding, 'rule' | 'server'>) => boolean;

/** Which findings no run of the history had; undefined without a baseline. */
function newness(comparisons: readonly BaselineComparison[]): Newness | undefined {
  const known = comparisons.filter(({ baseline }) => baseline !== undefined);
  if (known.length === 0) return undefined;
  const keys = new Set(
    known.flatMap(({ findings }) => findings.new.map(({ rule, server }) => JSON.stringify([rule, server]))),
  );
  return ({ rule, server }) => keys.has(JSON.stringify([rule, server]));
}

function fromRun(
  source: ReportedFinding['source'],
  findings: readonly Finding[],
  isNew: Newness | undefined,
): readonly ReportedFinding[] {
  return findings.map((one) => ({
    source,
    rule: one.rule,
    severity: one.severity,
    server: one.server,
    message: one.message,
    count: one.count,
    isNew: isNew?.(one),
  }));
}

function fromAudit({ server, findings, unreadable }: AuditedServer): readonly ReportedFinding[] {
  const about = { source: 'audit', server: server.name } as const;
  const byCode = [...Map.groupBy(findings, ({ code }) => code)];
  return [
    ...unreadable.map(({ list, reason }) => ({
      ...about,
      rule: `unreadable.${list}`,
      severity: 'error' as const,
      message: `the server declares ${list} and does not give them: ${reason}`,
      count: 1,
    })),
    ...byCode.flatMap(([rule, group]) => {
      const [first] = group;
      if (first === undefined) return [];
      const { severity, message, subject } = first;
      return [
        {
          ...about,
          rule,
          severity,
          message: `${subject.kind} ${subject.name}: ${message}`,
          count: group.length,
        },
      ];
    }),
  ];
}
