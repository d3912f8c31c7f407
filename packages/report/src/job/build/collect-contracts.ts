import type { BaselineComparison } from '@mcp-test-harness/core/baseline';
import type { ContractChange } from '@mcp-test-harness/core/contract';
import type { ReportedContextCost, ReportedContract } from '../types.ts';
import type { AuditedServer } from './parts.ts';
import type { Trimmer } from './texts.ts';

/** What changed of what servers offer; one that several suites speak to is told once. */
export function collectContracts(
  comparisons: readonly BaselineComparison[],
  trim: Trimmer,
): { readonly breakingChanges: number; readonly contracts: readonly ReportedContract[] } {
  const byServer = new Map<string, Map<string, ContractChange>>();
  for (const { server, changes } of comparisons.flatMap(({ contracts }) => contracts)) {
    const known = byServer.get(server) ?? new Map<string, ContractChange>();
    for (const change of changes) known.set(`${change.code} ${change.path}`, change);
    byServer.set(server, known);
  }
  const changed = [...byServer].flatMap(([server, changes]) =>
    changes.size === 0 ? [] : [toContract(server, [...changes.values()], trim)],
  );
  return {
    breakingChanges: changed.reduce((sum, { breaking }) => sum + breaking, 0),
    contracts: trim.few(
      changed.toSorted((a, b) => b.breaking - a.breaking),
      (one) => one,
    ),
  };
}

const weight = { breaking: 0, risky: 1, compatible: 2 } as const;

function toContract(server: string, changes: readonly ContractChange[], trim: Trimmer): ReportedContract {
  const count = (kind: ContractChange['kind']): number => changes.filter((one) => one.kind === kind).length;
  return {
    server: trim.line(server),
    breaking: count('breaking'),
    risky: count('risky'),
    compatible: count('compatible'),
    changes: trim.list(
      changes.toSorted((a, b) => weight[a.kind] - weight[b.kind]),
      ({ kind, code, path, reason }) => ({
        kind,
        code: trim.line(code),
        path: trim.line(path),
        reason: trim.line(reason),
      }),
    ),
  };
}

/** What each server costs a context, with what it cost before where that is known. */
export function collectContextCost(
  comparisons: readonly BaselineComparison[],
  audit: AuditedServer | undefined,
  trim: Trimmer,
): readonly ReportedContextCost[] {
  const costs = new Map<string, Omit<ReportedContextCost, 'server'>>();
  if (audit !== undefined) {
    const { tokenizer, totalTokens } = audit.context;
    costs.set(audit.server.name, { tokenizer, after: totalTokens });
  }
  for (const { server, contextCost } of comparisons.flatMap(({ contracts }) => contracts)) {
    if (contextCost === undefined) continue;
    const { tokenizer, before, after } = contextCost;
    costs.set(server, { tokenizer, before, after });
  }
  return trim.few([...costs], ([server, { tokenizer, ...rest }]) => ({
    server: trim.line(server),
    tokenizer: trim.line(tokenizer),
    ...rest,
  }));
}
