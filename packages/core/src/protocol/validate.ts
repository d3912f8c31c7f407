import type { JsonObject } from '../json.ts';
import type { FindingLog } from './findings.ts';
import type { RevisionValidators, Violation } from './revisions/validators.ts';

/** Of one message, so that a list of a thousand bad tools stays readable. */
const maxViolations = 10;
/** Messages kept for later judgement while the revision is not agreed on. */
const maxWaiting = 1000;
const noReasons: readonly string[] = Object.freeze([]);

type Judge = (validators: RevisionValidators) => readonly Violation[];

/**
 * Holds messages against the schemas of the revision agreed on and reports what is wrong. What comes before the
 * schemas are known is judged as soon as they are.
 */
export class MessageValidator {
  readonly #findings: FindingLog;
  #validators: RevisionValidators | undefined;
  #waiting: { readonly judge: Judge; readonly text: string }[] = [];

  constructor(findings: FindingLog) {
    this.#findings = findings;
  }

  /** The schemas from now on. */
  use(validators: RevisionValidators): void {
    this.#validators = validators;
    for (const { judge, text } of this.#waiting) this.#report(judge(validators), text);
    this.#waiting = [];
  }

  /** Returns why a result is none of its method: faults of the result itself, not of what lies deeper. */
  result(method: string, value: unknown, text: string): readonly string[] {
    if (this.#validators === undefined) {
      this.#wait((validators) => validators.result(method, value), text);
      return noReasons;
    }
    const violations = this.#validators.result(method, value);
    if (violations.length === 0) return noReasons;
    this.#report(violations, text);
    return violations.filter(({ vital }) => vital).map(({ message }) => message);
  }

  error(method: string, error: unknown, text: string): void {
    this.#judge((validators) => validators.error(method, error), text);
  }

  request(method: string, params: JsonObject | undefined, text: string): void {
    this.#judge((validators) => validators.serverRequest(method, params), text);
  }

  notification(method: string, params: JsonObject | undefined, text: string): void {
    this.#judge((validators) => validators.notification(method, params), text);
  }

  #judge(judge: Judge, text: string): void {
    if (this.#validators === undefined) this.#wait(judge, text);
    else this.#report(judge(this.#validators), text);
  }

  #wait(judge: Judge, text: string): void {
    if (this.#waiting.length < maxWaiting) this.#waiting.push({ judge, text });
  }

  #report(violations: readonly Violation[], text: string): void {
    for (const violation of violations.slice(0, maxViolations)) {
      this.#findings.report(violation.rule as `schema.${string}`, violation.message, text);
    }
  }
}
