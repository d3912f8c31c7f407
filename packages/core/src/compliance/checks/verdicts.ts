import { isJsonObject } from '../../json.ts';
import type { Exchange, Session } from '../../protocol/types.ts';
import { fail, pass } from '../define.ts';
import { evidenceOf, type Verdict } from '../types.ts';

/** Whether messages of these methods kept to the schemas of the revision on this session. */
export function judgeSchema(session: Session, method: string): Verdict {
  const found = findingOf(session, `schema.${method}`);
  return found === undefined ? pass() : found;
}

/** The verdict that a finding of the session amounts to; undefined when there is none by that rule. */
export function findingOf(session: Session, rule: string): Verdict | undefined {
  const found = session.findings.find((finding) => finding.rule === rule);
  return found === undefined ? undefined : fail(found.message, { received: found.sample });
}

/** Whether an answer is the error that it is to be. */
export function judgeError(exchange: Exchange, code: number, what: string): Verdict {
  const { error } = exchange;
  if (error?.code === code) return pass();
  return fail(
    error === undefined
      ? `${what} is answered with a result`
      : `${what} is answered with the error ${error.code} instead of ${code}`,
    evidenceOf(exchange),
  );
}

/** Whether an answer is a result without anything in it. */
export function judgeEmptyResult(exchange: Exchange, what: string): Verdict {
  const { error, result } = exchange;
  if (error !== undefined) {
    return fail(`${what} is answered with the error ${error.code}`, evidenceOf(exchange));
  }
  const isEmpty = isJsonObject(result) && Object.keys(result).every((name) => name === '_meta');
  return isEmpty ? pass() : fail(`the result of ${what} is not empty`, evidenceOf(exchange));
}

/** The first value that occurs twice. */
export function findDuplicate(values: readonly unknown[]): unknown {
  return values.find((value, index) => value !== undefined && values.indexOf(value) !== index);
}
