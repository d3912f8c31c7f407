import { cleanLine } from '@mcp-test-harness/core/clean-text';
import { HarnessError } from '@mcp-test-harness/core/errors';
import type { Endpoint } from './endpoint.ts';

/**
 * The one number that an expression has now, or undefined where it has none: nothing was measured.
 * @throws HarnessError TARGET_UNREACHABLE when there is no Prometheus that answers
 */
export async function queryNumber(
  prometheus: Endpoint,
  expression: string,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const { text } = await prometheus.send('/api/v1/query', {
    method: 'POST',
    contentType: 'application/x-www-form-urlencoded',
    body: new URLSearchParams({ query: expression }).toString(),
    // A question that it could not answer: the reason is in the body.
    accepted: [200, 400, 422, 503],
    signal,
  });
  const answer = parse(text);
  if (answer?.status !== 'success') {
    throw new HarnessError({
      code: 'TARGET_UNREACHABLE',
      message: `Prometheus at ${prometheus.shown} does not answer the query: ${reasonOf(answer)}`,
      hint: `The query was ${expression}`,
    });
  }
  const value = Number(answer.data?.result?.[0]?.value?.[1] ?? NaN);
  return Number.isFinite(value) ? value : undefined;
}

/** As much of an answer as is read here. */
interface Answer {
  readonly status?: unknown;
  readonly error?: unknown;
  readonly data?: { readonly result?: readonly { readonly value?: readonly [unknown, unknown] }[] };
}

function reasonOf(answer: Answer | undefined): string {
  return typeof answer?.error === 'string' ? cleanLine(answer.error.slice(0, 500)) : 'it is no Prometheus';
}

function parse(text: string): Answer | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
