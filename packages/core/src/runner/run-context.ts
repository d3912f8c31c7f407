import { createAuthorizer, isAuthorizer, type Authorizer } from '../auth/index.ts';
import { toHarnessError } from '../errors.ts';
import type { Plan } from '../plan/types.ts';
import { systemClock } from './clock.ts';
import type { RunClock } from './clock.ts';
import { DetailBudget } from './detail-budget.ts';
import type { RunEvent } from './events.ts';
import { FindingBook } from './finding-book.ts';
import { Gate } from './gate.ts';
import { createMasker } from './masking.ts';
import type { Masker } from './masking.ts';
import type { Outcome, ServerResult } from './result.ts';
import type { Connect, RunOptions } from './run-options.ts';
import { Stop } from './stop.ts';

/** What all parts of one run share. */
export interface RunContext {
  readonly plan: Plan;
  readonly options: RunOptions;
  readonly clock: RunClock;
  readonly random: () => number;
  /** Sessions with the same server and `auth` share their tokens, which are masked from then on. */
  readonly connect: Connect;
  readonly masker: Masker;
  readonly stop: Stop;
  readonly gate: Gate;
  readonly details: DetailBudget;
  readonly findings: FindingBook;
  readonly servers: ServerResult[];
  /** Of every test (full id) and suite (name) that has ended. */
  readonly outcomes: Map<string, Outcome>;
  /** Masked, without duplicates. */
  readonly warnings: Set<string>;
  /** Tells the listener; the event is masked already. */
  readonly emit: (event: RunEvent) => void;
  /** Adds to the run's warnings and tells the listener. */
  readonly warn: (message: string) => void;
}

export function createRunContext(plan: Plan, options: RunOptions): RunContext {
  const masker = createMasker(plan.secrets);
  const warnings = new Set<string>();
  let complained = false;
  const complain = ({ type }: RunEvent, error: unknown): void => {
    if (complained) return;
    complained = true;
    const { message } = toHarnessError(error);
    warnings.add(masker.text(`a listener failed on ${type} and was called further on: ${message}`));
  };
  const emit = (event: RunEvent): void => {
    try {
      const returned: unknown = options.onEvent?.(event);
      // An async function passes for a listener, and its rejection would end the process.
      if (returned instanceof Promise) returned.catch((error: unknown) => complain(event, error));
    } catch (error) {
      complain(event, error);
    }
  };
  const announces = plan.protocolChecks !== 'off';
  return {
    plan,
    options,
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    connect: sharingTokens(options.connect ?? connectLazily, (secret) => masker.add(secret)),
    masker,
    stop: new Stop(),
    gate: new Gate(plan.maxConcurrency),
    details: new DetailBudget(),
    findings: new FindingBook((finding) => {
      if (announces) emit({ type: 'finding', finding: masker.record(finding) });
    }),
    servers: [],
    outcomes: new Map(),
    warnings,
    emit,
    warn(message) {
      const masked = masker.text(message);
      if (warnings.has(masked)) return;
      warnings.add(masked);
      emit({ type: 'warning', message: masked });
    },
  };
}

function sharingTokens(connect: Connect, onSecret: (secret: string) => void): Connect {
  const authorizers = new Map<string, Authorizer>();
  return (session) => {
    if (!('url' in session) || session.auth === undefined || isAuthorizer(session.auth))
      return connect(session);
    const key = JSON.stringify([session.url, session.auth]);
    const auth = authorizers.get(key) ?? createAuthorizer(session.auth, session, onSecret);
    authorizers.set(key, auth);
    return connect({ ...session, auth });
  };
}

const connectLazily: Connect = async (options) => {
  const { connect } = await import('../protocol/index.ts');
  return connect(options);
};
