import { isHarnessError, toHarnessError } from '../errors.ts';
import type { ErrorCode, HarnessError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { ErrorInfo } from './result.ts';

/** The family of each error that can end a test. Codes that are not here are faults of ours. */
const kinds: Partial<Record<ErrorCode, ErrorInfo['kind']>> = {
  PROTOCOL_TIMEOUT: 'timeout',
  TARGET_NOT_READY: 'timeout',
  TARGET_EXITED: 'crash',
  TARGET_NOT_STARTED: 'transport',
  TARGET_UNREACHABLE: 'transport',
  TARGET_AUTH_DISCOVERY: 'transport',
  TARGET_AUTH_REGISTRATION: 'transport',
  TARGET_AUTH_AUTHORIZATION: 'transport',
  TARGET_AUTH_TOKEN: 'transport',
  TARGET_AUTH_REFUSED: 'transport',
  PROTOCOL_HTTP_STATUS: 'transport',
  PROTOCOL_SESSION_CLOSED: 'transport',
  TARGET_LIMIT_EXCEEDED: 'limit',
  TARGET_LIMIT_UNENFORCEABLE: 'limit',
  PROTOCOL_ERROR_ANSWER: 'protocol',
  PROTOCOL_MALFORMED_ANSWER: 'protocol',
  PROTOCOL_MESSAGE_TOO_LARGE: 'protocol',
  PROTOCOL_VERSION_UNSUPPORTED: 'protocol',
  SCRIPT_FAILED: 'setup',
  CONFIG_VARIABLE_UNSET: 'setup',
  CONFIG_EXPRESSION: 'setup',
  CONFIG_INVALID: 'setup',
  IO_READ: 'setup',
  IO_WRITE: 'setup',
  CANCELLED: 'cancelled',
};

/** Members of an error's details that are reported elsewhere. */
const reportedElsewhere: ReadonlySet<string> = new Set([
  'exchange',
  'frames',
  'stderrTail',
  'process',
  'shutdown',
  'findings',
]);

/** Longest `details` kept, as JSON text in UTF-16 units. */
const longestDetails = 8 * 1024;

/** What a test, or a server's start, says of the error that ended it. `prefix` names the step. */
export function describeError(thrown: unknown, prefix = ''): ErrorInfo {
  const error = toHarnessError(thrown);
  return {
    code: error.code,
    kind: kinds[error.code] ?? 'internal',
    message: `${prefix}${error.message}`,
    hint: error.hint,
    details: plainDetails(error),
  };
}

/** True when nothing reached the server: it did not start, or no connection came about. */
export function isConnectFailure(error: ErrorInfo): boolean {
  return (
    error.code === 'TARGET_UNREACHABLE' ||
    error.code === 'TARGET_NOT_STARTED' ||
    error.code === 'TARGET_NOT_READY'
  );
}

/** True for the errors that pulling the brake causes in what was running. */
export function isCutOff(thrown: unknown): boolean {
  return isHarnessError(thrown) && (thrown.code === 'CANCELLED' || thrown.code === 'PROTOCOL_SESSION_CLOSED');
}

function plainDetails(error: HarnessError): JsonObject | undefined {
  if (error.details === undefined) return undefined;
  const kept = Object.entries(error.details).filter(
    ([key, value]) => value !== undefined && !reportedElsewhere.has(key),
  );
  if (kept.length === 0) return undefined;
  try {
    const text = JSON.stringify(Object.fromEntries(kept));
    return text.length <= longestDetails ? (JSON.parse(text) as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
