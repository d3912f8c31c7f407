import type { Check, Evidence, Verdict } from './types.ts';

/** Declares a requirement together with how it is judged. */
export function defineCheck(check: Check): Check {
  return check;
}

export const pass = (): Verdict => ({ status: 'passed' });

/** Broken: what was seen, in one sentence, and the frames that show it. */
export const fail = (message: string, evidence?: Evidence): Verdict => ({
  status: 'failed',
  message,
  evidence,
});

/** The server has nothing that the requirement speaks of. */
export const notApplicable = (reason: string): Verdict => ({ status: 'not applicable', reason });

/** The server may keep it or not: it cannot be told from outside, or not without doing harm. */
export const notTestable = (reason: string): Verdict => ({ status: 'not testable', reason });
