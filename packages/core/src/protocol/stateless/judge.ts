import type { FindingLog } from '../findings.ts';
import { asksBack } from '../revisions/validators.ts';
import { methodsThatMayAsk } from '../revisions/method-types.ts';
import { isJsonObject } from '../../json.ts';
import type { Exchange } from '../types.ts';
import { isTask } from './tasks.ts';

/** Codes that the specification has defined among those it keeps for itself; 2026-07-28, basic#error-codes. */
const definedCodes: ReadonlySet<number> = new Set([-32020, -32021, -32022]);
const retiredCodes: ReadonlySet<number> = new Set([-32002, -32042]);
/** Errors that go with an HTTP status of their own. */
const statusOf: Readonly<Record<number, number>> = {
  [-32601]: 404,
  [-32020]: 400,
  [-32021]: 400,
  [-32022]: 400,
};

/**
 * Judges what the schema cannot: the kind of a result, the code of an error, the HTTP status that it came with.
 * Returns why the answer is none to its method.
 */
export function judgeAnswer(exchange: Exchange, findings: FindingLog): readonly string[] {
  const { result, error } = exchange;
  if (error !== undefined) judgeError(exchange, error.code, findings);
  return isJsonObject(result) ? judgeKind(exchange, result['resultType'], findings) : [];
}

/** An absent kind means `complete`, and its absence is for the schema to tell. */
function judgeKind(exchange: Exchange, kind: unknown, findings: FindingLog): readonly string[] {
  const { method, result, responseText } = exchange;
  if (kind === undefined || kind === 'complete' || isTask(exchange)) return [];
  if (typeof kind !== 'string' || kind !== 'input_required') {
    if (kind === 'task' && method.startsWith('tasks/')) {
      const fault = `${method} must be answered by a result of the type complete`;
      findings.report('task.result-type', fault, responseText);
      return [fault];
    }
    // A kind of the wrong type is told by the schema.
    const fault = `the resultType ${JSON.stringify(kind)} is neither complete nor input_required`;
    if (typeof kind === 'string') findings.report('result.unknown-type', fault, responseText);
    return [fault];
  }
  if (!methodsThatMayAsk.has(method)) {
    const fault = `${method} must not be answered by input_required`;
    findings.report('mrtr.unsupported-method', fault, responseText);
    return [fault];
  }
  if (asksBack(result) && result['inputRequests'] === undefined && result['requestState'] === undefined) {
    const fault = 'an input_required result has neither inputRequests nor requestState';
    findings.report('mrtr.asks-nothing', fault, responseText);
    return [fault];
  }
  return [];
}

function judgeError({ http, responseText }: Exchange, code: number, findings: FindingLog): void {
  if (code <= -32020 && code >= -32099 && !definedCodes.has(code)) {
    findings.report(
      'error.reserved-code',
      `the error code ${code} is kept for the specification`,
      responseText,
    );
  }
  if (retiredCodes.has(code)) {
    const what = `the error code ${code} belongs to revisions up to 2025-11-25`;
    findings.report('error.retired-code', what, responseText);
  }
  const wanted = statusOf[code];
  // On an event stream the status went out before the error was known.
  const isPlain = http?.headers['content-type']?.startsWith('text/event-stream') === false;
  if (wanted !== undefined && http !== undefined && isPlain && http.status !== wanted) {
    const what = `error ${code} came with HTTP ${http.status} instead of ${wanted}`;
    findings.report('http.error-status', what, responseText);
  }
}
