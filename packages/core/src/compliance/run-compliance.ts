import { HarnessError, toHarnessError } from '../errors.ts';
import type { Session, SessionOptions } from '../protocol/types.ts';
import { FindingBook } from '../runner/finding-book.ts';
import { describeTarget } from '../runner/server-target.ts';
import { ServerUnderTest } from './context.ts';
import { fail, notApplicable, notTestable, pass } from './define.ts';
import { checks as registered } from './registry.ts';
import { isWithin, specUrl, toRequirement } from './requirement.ts';
import { findProfile, newestProfile, type Profile } from './profiles.ts';
import { problemOf, stillExpected } from './expected-failures.ts';
import { isBroken, matches, statusOf, unmetNeed } from './standing.ts';
import { scoreOf, totalsOf } from './totals.ts';
import type {
  CallPolicy,
  Check,
  ComplianceResult,
  ExpectedFailure,
  RequirementResult,
  Verdict,
} from './types.ts';

/** What is about to be judged. */
export interface ComplianceStart {
  readonly server: ComplianceResult['server'];
  readonly profile: ComplianceResult['profile'];
  readonly requirements: number;
}

/** What {@link runCompliance} needs. */
export interface ComplianceOptions {
  /** The whole environment included; a `protocolVersion` pins the revision. */
  readonly server: SessionOptions;
  /** Default: all that are registered. */
  readonly checks?: readonly Check[] | undefined;
  /**
   * Judge only what this profile of the negotiated revision holds: the newest one, or that version (the server must then
   * speak that revision: pin it). Default: all of `checks`, which is for those who write checks.
   */
  readonly profile?: 'newest' | { readonly revision: string; readonly version: number } | undefined;
  /** What is known to be broken. */
  readonly expectedFailures?: readonly ExpectedFailure[] | undefined;
  /** For the expiry of expected failures, `2027-01-31`; default: this day. */
  readonly today?: string | undefined;
  /** Default `read-only`. */
  readonly call?: CallPolicy | undefined;
  /** Longest wait for one answer, default 10 000 ms. */
  readonly requestTimeoutMs?: number | undefined;
  /** What a server on stdio is given to end where that is judged, default 10 000 ms; elsewhere its own option counts. */
  readonly shutdownTimeoutMs?: number | undefined;
  /** Longest time for one check, default 30 000 ms. */
  readonly checkTimeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told once the server has been reached. */
  readonly onStart?: ((start: ComplianceStart) => void) | undefined;
  /** Told as each requirement is begun that something is asked for. */
  readonly onCheck?: ((check: Check) => void) | undefined;
  /** Told as each requirement is judged; those judged by findings come at the end. */
  readonly onResult?: ((result: RequirementResult) => void) | undefined;
}

/**
 * Judges a server by every requirement that applies to what it declares, in its revision. Tools are called only as
 * `call` allows; everything else that is asked is harmless by the specification.
 * @throws HarnessError when no conversation comes about at all, USAGE for a tool to call that is not there, and CANCELLED
 */
export async function runCompliance(options: ComplianceOptions): Promise<ComplianceResult> {
  const run = new ComplianceRun(options);
  try {
    return await run.execute();
  } finally {
    await run.close();
  }
}

class ComplianceRun {
  readonly #options: ComplianceOptions;
  readonly #findings = new FindingBook(() => undefined);
  readonly #server: ServerUnderTest;
  readonly #results = new Map<Check, RequirementResult>();

  constructor(options: ComplianceOptions) {
    this.#options = options;
    this.#server = new ServerUnderTest({
      server: options.server,
      call: options.call ?? 'read-only',
      findings: this.#findings,
      requestTimeoutMs: options.requestTimeoutMs ?? 10_000,
      shutdownTimeoutMs: options.shutdownTimeoutMs ?? 10_000,
    });
  }

  async execute(): Promise<ComplianceResult> {
    const startedAt = new Date();
    const began = performance.now();
    const signal = this.#options.signal ?? new AbortController().signal;
    const session = await this.#server.openShared(signal);
    const { protocolVersion, serverInfo, capabilities } = session.info;
    await this.#refuseUnknownTools(session, signal);
    const within = (this.#options.checks ?? registered).filter((check) =>
      isWithin(protocolVersion, check.revisions),
    );
    const profile = this.#profileOf(protocolVersion);
    const checks = profile === undefined ? within : within.filter(({ id }) => profile.ids.includes(id));
    const head = {
      profile: profile && {
        revision: profile.revision,
        version: profile.version,
        outside: within.length - checks.length,
      },
      server: {
        name: this.#server.name,
        target: describeTarget(this.#options.server),
        info: serverInfo,
        revision: protocolVersion,
        transport: this.#server.transport,
      },
    };
    this.#options.onStart?.({ ...head, requirements: checks.length });
    const later: Check[] = [];
    for (const check of checks) {
      const unmet = unmetNeed(check, this.#server.transport, capabilities);
      if (unmet !== undefined) this.#conclude(check, notApplicable(unmet), protocolVersion, 0);
      else if (check.run === undefined) later.push(check);
      else {
        this.#options.onCheck?.(check);
        await this.#run(check, check.run, protocolVersion, signal);
      }
      signal.throwIfAborted();
    }
    await this.#server.end();
    for (const check of later) this.#conclude(check, this.#judgeFindings(check), protocolVersion, 0);
    const results = checks.flatMap((check) => this.#results.get(check) ?? []);
    return {
      schemaVersion: 1,
      ...head,
      startedAt: startedAt.toISOString(),
      durationMs: performance.now() - began,
      results,
      expectedFailureProblems: (this.#options.expectedFailures ?? []).flatMap(
        (entry) =>
          problemOf(
            entry,
            results.find(({ id }) => id === entry.id),
            this.#today,
          ) ?? [],
      ),
      totals: totalsOf(results),
      score: scoreOf(results),
      findings: this.#findings.list(),
      crashes: this.#server.crashes,
    };
  }

  close(): Promise<void> {
    return this.#server.end();
  }

  /** A tool that is named and not there would silently never be called. */
  async #refuseUnknownTools(session: Session, signal: AbortSignal): Promise<void> {
    const { call } = this.#options;
    if (typeof call !== 'object') return;
    // A list that cannot be had is what the checks will tell of.
    const tools = await this.#server
      .contextFor(session, signal, [])
      .tools()
      .catch(() => undefined);
    await this.#server.tidy();
    const known = tools?.map(({ name }) => (typeof name === 'string' ? name : '?'));
    const absent = known === undefined ? undefined : call.names.find((name) => !known.includes(name));
    if (absent === undefined) return;
    throw new HarnessError({
      code: 'USAGE',
      message: `the server has no tool "${absent}" to call`,
      hint: `It has: ${(known ?? []).slice(0, 20).join(', ')}.`,
    });
  }

  get #today(): string {
    return this.#options.today ?? new Date().toISOString().slice(0, 10);
  }

  #profileOf(revision: string): Profile | undefined {
    const { profile } = this.#options;
    if (profile === undefined) return undefined;
    if (profile === 'newest') return newestProfile(revision);
    if (profile.revision === revision) return findProfile(profile);
    throw new HarnessError({
      code: 'PROTOCOL_VERSION_UNSUPPORTED',
      message: `the profile ${profile.revision}/${profile.version} was asked for, but the server speaks ${revision}`,
      hint: `Ask it for ${profile.revision}, or take a profile of ${revision}.`,
    });
  }

  async #run(
    check: Check,
    run: NonNullable<Check['run']>,
    revision: string,
    signal: AbortSignal,
  ): Promise<void> {
    const began = performance.now();
    const limited = AbortSignal.any([signal, AbortSignal.timeout(this.#options.checkTimeoutMs ?? 30_000)]);
    const opened: Parameters<ServerUnderTest['contextFor']>[2] = [];
    let verdict: Verdict;
    try {
      const session = await this.#server.openShared(signal);
      verdict = await run(this.#server.contextFor(session, limited, opened));
      if (isMethodAbsent(verdict) && this.#isCapabilityBroken(check)) {
        verdict = notTestable('the capability is declared, and its method answered with -32601');
      }
    } catch (thrown) {
      this.#server.note(thrown, check.id);
      verdict = notTestable(toHarnessError(thrown).message);
    } finally {
      for (const session of opened) await this.#server.close(session);
      await this.#server.tidy();
    }
    this.#conclude(check, verdict, revision, performance.now() - began);
  }

  /** `capabilities.*.works` has told already that the family's method is not there: one fault, one requirement. */
  #isCapabilityBroken({ id }: Check): boolean {
    const capability = capabilityOf[id.split('.', 1)[0] ?? ''];
    if (capability === undefined) return false;
    const told = [...this.#results.values()].find(
      (result) => result.id === `capabilities.${capability}.works`,
    );
    return told !== undefined && isBroken(told.status);
  }

  #judgeFindings({ findings }: Check): Verdict {
    if (findings === undefined) return notTestable('nothing judges it');
    const broken = this.#findings.list().find((finding) => matches(finding, findings.rules));
    if (broken !== undefined) {
      const times = broken.count > 1 ? ` (${broken.count} times)` : '';
      return fail(`${broken.message}${times}`, { received: broken.sample });
    }
    const { exercised } = findings;
    if (exercised === undefined || exercised.some((method) => this.#server.exercised.has(method)))
      return pass();
    return notTestable(`nothing was asked that would show it (${exercised.join(', ')})`);
  }

  #conclude(check: Check, verdict: Verdict, revision: string, durationMs: number): void {
    const status = statusOf(check, verdict);
    const known = this.#options.expectedFailures?.find((entry) => entry.id === check.id);
    const excused = known !== undefined && isBroken(status) && stillExpected(known, this.#today);
    const result: RequirementResult = {
      ...toRequirement(check),
      status,
      message:
        verdict.status === 'failed' ? verdict.message : 'reason' in verdict ? verdict.reason : undefined,
      evidence: verdict.status === 'failed' ? verdict.evidence : undefined,
      url: specUrl(check, revision),
      durationMs,
      expected: excused ? { reason: known.reason } : undefined,
    };
    this.#results.set(check, result);
    this.#options.onResult?.(result);
  }
}

/** The capability that a family of requirements is about. */
const capabilityOf: Readonly<Record<string, string>> = {
  tools: 'tools',
  resources: 'resources',
  prompts: 'prompts',
  completion: 'completions',
  logging: 'logging',
};

/** True when all that shows the fault is that the method is not there. */
function isMethodAbsent(verdict: Verdict): boolean {
  return verdict.status === 'failed' && /"code":\s*-32601\b/.test(verdict.evidence?.received ?? '');
}
