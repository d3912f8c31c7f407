import { rules as registered } from './registry.ts';
import type { AuditFinding, AuditRule, Definitions } from './types.ts';
import { subjectsOf } from './walk.ts';

/** Findings of one rule that are kept: a server with 10,000 tools has as many of each. */
const keptPerRule = 200;

/** What {@link lintDefinitions} may be told. */
export interface LintOptions {
  /** Codes that are not reported. */
  readonly ignore?: readonly string[] | undefined;
  readonly rules?: readonly AuditRule[] | undefined;
}

/** Judges what a server says about itself, errors first. Pure and bounded. */
export function lintDefinitions(
  definitions: Definitions,
  options: LintOptions = {},
): readonly AuditFinding[] {
  const { ignore = [], rules = registered } = options;
  const subjects = subjectsOf(definitions);
  const findings: AuditFinding[] = [];
  for (const { code, severity, remedy, inspect } of rules) {
    if (ignore.includes(code)) continue;
    let kept = 0;
    for (const observation of inspect(definitions, subjects)) {
      findings.push({ code, severity, remedy, ...observation });
      kept += 1;
      if (kept >= keptPerRule) break;
    }
  }
  return findings.toSorted((a, b) => order[a.severity] - order[b.severity]);
}

const order = { error: 0, warning: 1, info: 2 } as const;
