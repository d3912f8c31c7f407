import type { CallCounts } from '@mcp-test-harness/core/benchmark';
import { formatCount } from '../../text/format.ts';

/** `197 ok, 3 wrong-answer`: only what there was, ok always. */
export function describeCalls(calls: CallCounts): string {
  return Object.entries(calls)
    .filter(([outcome, amount]) => outcome === 'ok' || amount > 0)
    .map(([outcome, amount]) => `${formatCount(amount)} ${outcome}`)
    .join(', ');
}
