/** Problem documents (RFC 9457): the one form in which a listener tells an error. */
import { HarnessError, isHarnessError, type ErrorCode } from '@mcp-test-harness/core/errors';
import { STATUS_CODES } from 'node:http';

export const problemMediaType = 'application/problem+json';

/** What is wrong with one part of a request. */
export interface InputProblem {
  readonly in: 'path' | 'query' | 'header' | 'body';
  /** The parameter, or the place in the body: `suites[0]`. */
  readonly name: string;
  readonly detail: string;
}

export interface Problem {
  readonly type: 'about:blank';
  /** The name of the status. */
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** How to mend it. */
  readonly hint?: string | undefined;
  /** The code of the fault, as the command line tells it. */
  readonly code?: string | undefined;
  /** Names this occurrence: the id of the request, which the log has too. */
  readonly instance: string;
  readonly errors?: readonly InputProblem[] | undefined;
}

interface HttpErrorMore {
  readonly hint?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly errors?: readonly InputProblem[] | undefined;
}

/** Ends a request with a status. Its message and hint are told to the client. */
export class HttpError extends HarnessError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly InputProblem[];

  constructor(status: number, message: string, { hint, headers = {}, errors = [] }: HttpErrorMore = {}) {
    super({ code: 'USAGE', message, hint });
    this.status = status;
    this.headers = headers;
    this.errors = errors;
  }
}

/** What a client is told of an error. */
export interface ToldError extends Omit<Problem, 'type' | 'title' | 'instance'> {
  readonly headers: Readonly<Record<string, string>>;
}

const statuses: Readonly<Partial<Record<ErrorCode, number>>> = {
  USAGE: 400,
  IO_READ: 503,
  IO_WRITE: 503,
  CANCELLED: 503,
};

/**
 * What a client may know of an error: of its own mistakes all, of ours that they happened. The log has the rest under the
 * id of the request.
 */
export function tellError(error: unknown): ToldError {
  if (error instanceof HttpError) {
    const { status, message, hint, headers, errors } = error;
    return { status, detail: message, hint, headers, errors: errors.length === 0 ? undefined : errors };
  }
  if (isHarnessError(error)) {
    const { code, message, hint } = error;
    const status = statuses[code] ?? 500;
    return status < 500 ? { status, detail: message, hint, code, headers: {} } : tellFault(status, code);
  }
  const { statusCode, code = '', message } = error as { statusCode?: number; code?: string; message: string };
  if (statusCode === undefined || statusCode < 400 || statusCode >= 500)
    return tellFault(statusCode === 503 ? 503 : 500);
  // What the framework has to say of a request; its other errors repeat what stands in it.
  const detail = code.startsWith('FST_') ? message : 'the request cannot be read';
  return { status: statusCode, detail, headers: {} };
}

function tellFault(status: number, code?: string): ToldError {
  const unavailable = status === 503;
  return {
    status,
    detail: unavailable ? 'this cannot be done now' : 'a fault of the service',
    hint: `Its log tells the cause under the id of this request.${unavailable ? ' Try again later.' : ''}`,
    code,
    headers: unavailable ? { 'retry-after': '5' } : {},
  };
}

export function makeProblem({ headers: _headers, status, ...told }: ToldError, requestId: string): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    ...told,
    instance: `urn:uuid:${requestId}`,
  };
}
