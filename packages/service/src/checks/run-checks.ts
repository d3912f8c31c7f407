import { isHarnessError } from '@mcp-test-harness/core/errors';
import type { Check, CheckResult, Finding } from './define.ts';

/** So many at once: none of them computes much, and most wait for somebody. */
const atOnce = 8;

/**
 * Carries checks out. None of them can hold up or end the others, whatever it does.
 * @param scrub takes secrets out of what is shown
 * @returns the results in the order of the checks
 */
export async function runChecks(
  checks: readonly Check[],
  scrub: (text: string) => string,
): Promise<readonly CheckResult[]> {
  const results = new Map<Check, CheckResult>();
  const waiting = [...checks];
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const startedAt = performance.now();
      const { state, evidence, hint } = await runOne(check);
      results.set(check, {
        name: check.name,
        state,
        evidence: scrub(evidence),
        ...(hint === undefined ? {} : { hint: scrub(hint) }),
        durationMs: Math.round(performance.now() - startedAt),
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, checks.length) }, work));
  return checks.flatMap((check) => results.get(check) ?? []);
}

async function runOne(check: Check): Promise<Finding> {
  const end = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => {
      end.abort();
      resolve({ state: 'failed', evidence: `no answer within ${check.timeoutMs / 1000} s` });
    }, check.timeoutMs);
  });
  const work = (async () => check.run(end.signal))().catch(describeError);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function describeError(error: unknown): Finding {
  if (isHarnessError(error)) return { state: 'failed', evidence: error.message, hint: error.hint };
  return { state: 'failed', evidence: messageOf(error) };
}

/** Several addresses that were tried in vain have no message together. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? code : error.name;
}
