/**
 * Faults of ours, of the configuration or of the server under test that stop an operation.
 * Failed assertions, findings and regressions are data and never thrown.
 */

/** Where something stands in a file. Lines and columns count from 1. */
export interface SourceLocation {
  /** Absolute path, or `<flag --set>`-like name for sources that are not files. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Every code, with the exit code that the command line ends with. The one table of `spec: Exit codes`. */
export const errorCodes = {
  CONFIG_UNREADABLE: 4,
  CONFIG_SYNTAX: 2,
  CONFIG_INVALID: 2,
  CONFIG_UNKNOWN_KEY: 2,
  CONFIG_NOT_SUPPORTED: 2,
  CONFIG_UNKNOWN_ENVIRONMENT: 2,
  CONFIG_VARIABLE_UNSET: 2,
  CONFIG_EXPRESSION: 2,
  CONFIG_CYCLE: 2,
  CONFIG_UNKNOWN_REFERENCE: 2,
  USAGE: 2,
  TARGET_NOT_STARTED: 3,
  TARGET_NOT_READY: 3,
  TARGET_EXITED: 3,
  TARGET_UNREACHABLE: 3,
  TARGET_AUTH_DISCOVERY: 3,
  TARGET_AUTH_REGISTRATION: 3,
  TARGET_AUTH_AUTHORIZATION: 3,
  TARGET_AUTH_TOKEN: 3,
  TARGET_AUTH_REFUSED: 3,
  TARGET_LIMIT_EXCEEDED: 1,
  TARGET_LIMIT_UNENFORCEABLE: 3,
  PROTOCOL_TIMEOUT: 1,
  PROTOCOL_ERROR_ANSWER: 1,
  PROTOCOL_MALFORMED_ANSWER: 1,
  PROTOCOL_MESSAGE_TOO_LARGE: 1,
  PROTOCOL_VERSION_UNSUPPORTED: 3,
  PROTOCOL_SESSION_CLOSED: 1,
  PROTOCOL_HTTP_STATUS: 1,
  SCRIPT_FAILED: 1,
  IO_READ: 4,
  IO_WRITE: 4,
  CANCELLED: 130,
  INTERNAL: 1,
} as const;

export type ErrorCode = keyof typeof errorCodes;

const brand = Symbol.for('mcp-test-harness.error');

/** What {@link HarnessError} is made from. */
export interface HarnessErrorInit {
  readonly code: ErrorCode;
  /** Names the thing and the value. */
  readonly message: string;
  /** How to mend it. */
  readonly hint?: string | undefined;
  readonly location?: SourceLocation | undefined;
  /** A caret frame or other text shown below the message as it stands. */
  readonly frame?: string | undefined;
  /** Anything JSON-serialisable that helps: exit code, signal, HTTP status, JSON-RPC error. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: unknown;
}

/** The one error type that this library throws on purpose. */
export class HarnessError extends Error {
  override readonly name = 'HarnessError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly location: SourceLocation | undefined;
  readonly frame: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(init: HarnessErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = init.code;
    this.hint = init.hint;
    this.location = init.location;
    this.frame = init.frame;
    this.details = init.details;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Recognises our errors across bundles, where `instanceof` fails. */
export function isHarnessError(value: unknown): value is HarnessError {
  return typeof value === 'object' && value !== null && brand in value;
}

/** Several errors of one input, reported together: a configuration with five faults names all five. */
export class HarnessErrorList extends HarnessError {
  readonly errors: readonly HarnessError[];

  constructor(errors: readonly [HarnessError, ...HarnessError[]]) {
    const [first] = errors;
    super({
      code: first.code,
      message:
        errors.length === 1
          ? first.message
          : `${errors.length} errors: ${errors.map((error) => error.message).join('; ')}`,
      hint: first.hint,
      location: first.location,
    });
    this.errors = errors;
  }
}

/** The exit code that a command ends with for this error. */
export function exitCodeOf(error: unknown): number {
  return isHarnessError(error) ? errorCodes[error.code] : 1;
}

/** Brings anything thrown into our form; foreign errors become `INTERNAL` with the original as cause. */
export function toHarnessError(value: unknown): HarnessError {
  if (isHarnessError(value)) return value;
  const message = value instanceof Error ? value.message : String(value);
  return new HarnessError({ code: 'INTERNAL', message, cause: value });
}
