import { isHarnessError, type HarnessError } from '../../errors.ts';

/**
 * The error of a request that HTTP alone answered, with a status and no message. That the server is there it shows all the
 * same; whether it may answer so is `jsonrpc.unknown-method`'s to tell.
 */
export function isHttpAnswer(error: unknown): error is HarnessError {
  return isHarnessError(error) && error.code === 'PROTOCOL_HTTP_STATUS';
}

/** Status and body of such an answer, for people. */
export function httpText({ details, message }: HarnessError): string {
  const { status, body } = (details ?? {}) as { readonly status?: unknown; readonly body?: unknown };
  return typeof status === 'number'
    ? `HTTP ${status}\n\n${typeof body === 'string' ? body : ''}`.trimEnd()
    : message;
}
