/** What can go wrong between us and GitHub, as data: it becomes a warning or a notice, never a verdict. */

export type Service = 'api' | 'cache' | 'artifacts';

/**
 * - denied: the token may not;
 * - not-found: there is no such thing, or the token may not see it;
 * - locked: the conversation is;
 * - conflict: it exists already;
 * - rejected: the service refused what we sent;
 * - rate-limited: too many requests, and more time to wait than there is;
 * - unavailable: an answer of 5xx;
 * - unreachable: no answer, the connection failed;
 * - timeout: no answer in time;
 * - malformed: an answer that is not what it should be;
 * - hostile: content that nobody should open;
 * - unsupported: this server cannot do it;
 * - skipped: not tried, since there is no time left for faults.
 */
export type FaultReason =
  | 'denied'
  | 'not-found'
  | 'locked'
  | 'conflict'
  | 'rejected'
  | 'rate-limited'
  | 'unavailable'
  | 'unreachable'
  | 'timeout'
  | 'malformed'
  | 'hostile'
  | 'unsupported'
  | 'skipped';

export interface ServiceFault {
  readonly service: Service;
  /** What was wanted, as an infinitive: `restore the baseline`. */
  readonly what: string;
  readonly reason: FaultReason;
  /** One line, cut; of what a service said, so foreign. */
  readonly message: string;
  /** HTTP. */
  readonly status?: number | undefined;
  /** What GitHub says that the token lacks: `pull_requests=write`. */
  readonly permissions?: string | undefined;
  readonly attempts: number;
}

/** The value, or why there is none. */
export type ServiceResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: ServiceFault };

export const success = <T>(value: T): ServiceResult<T> => ({ ok: true, value });

/** A fault that needed no request to be found. */
export function failure(
  service: Service,
  what: string,
  reason: FaultReason,
  message: string,
): ServiceResult<never> {
  return { ok: false, fault: { service, what, reason, message, attempts: 0 } };
}

/** Thrown within a call by code that knows better than the classifier what went wrong. */
export class ServiceError extends Error {
  readonly reason: FaultReason;
  readonly retryAfterMs: number | undefined;
  /** Another attempt may do better. */
  readonly transient: boolean;

  constructor(
    reason: FaultReason,
    message: string,
    options: { readonly retryAfterMs?: number | undefined; readonly transient?: boolean } = {},
  ) {
    super(message);
    this.name = 'ServiceError';
    this.reason = reason;
    this.retryAfterMs = options.retryAfterMs;
    this.transient = options.transient ?? false;
  }
}

const serviceNames: Readonly<Record<Service, string>> = {
  api: "GitHub's API",
  cache: 'the cache service',
  artifacts: 'the artifact service',
};

/** One sentence for people. */
export function describeFault(fault: ServiceFault): string {
  const attempts = fault.attempts > 1 ? ` after ${fault.attempts} attempts` : '';
  return `Could not ${fault.what}${attempts}: ${why(fault)}`;
}

function why({ service, reason, message, status, permissions }: ServiceFault): string {
  const name = serviceNames[service];
  const said = message === '' ? '.' : `: ${message}`;
  switch (reason) {
    case 'denied':
      return `the token may not do that${permissions === undefined ? '' : ` (needed: ${permissions})`}${said}`;
    case 'rate-limited':
      return `${name} turned us away for too many requests${said}`;
    case 'unavailable':
      return `${name} answered ${status ?? 'with an error'}${said}`;
    case 'unreachable':
      return `${name} could not be reached${said}`;
    case 'timeout':
      return `${name} did not answer in time${said}`;
    case 'malformed':
      return `${name} sent what cannot be read${said}`;
    case 'skipped':
      return `it was not tried${said}`;
    case 'not-found':
    case 'locked':
    case 'conflict':
    case 'rejected':
    case 'hostile':
    case 'unsupported':
      return message;
  }
}
