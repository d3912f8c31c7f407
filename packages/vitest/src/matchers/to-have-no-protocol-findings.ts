import type { Session } from '@mcp-test-harness/core';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { describeFinding } from '../describe-finding.ts';
import { toMatcherResult, type MatcherResult, type MatcherState } from './matcher.ts';
import type { NoFindingsOptions } from './types.ts';

export async function toHaveNoProtocolFindings(
  this: MatcherState,
  received: unknown,
  { except = [], warnings = true }: NoFindingsOptions = {},
): Promise<MatcherResult> {
  const { findings: all } = ((await received) ?? {}) as Partial<Session>;
  if (!Array.isArray(all)) {
    throw new HarnessError({
      code: 'USAGE',
      message: 'toHaveNoProtocolFindings looks at a session: expect(mcp).toHaveNoProtocolFindings().',
    });
  }
  const findings = (all as Session['findings']).filter(
    ({ rule, severity }) => !except.includes(rule) && (warnings || severity === 'error'),
  );
  return toMatcherResult({
    pass: findings.length === 0,
    failed: `expected no protocol findings, got ${findings.length}:`,
    held: 'expected protocol findings, but there are none',
    context: findings.map(describeFinding),
  });
}
