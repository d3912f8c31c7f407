/** What a check has found. */
export interface Finding {
  /** `skipped`: there is nothing to look at, e.g. no mail is configured. */
  readonly state: 'passed' | 'failed' | 'skipped';
  /** What was seen, in one line. */
  readonly evidence: string;
  /** How to mend it. */
  readonly hint?: string | undefined;
}

/** One thing that is looked at. */
export interface Check {
  readonly name: string;
  readonly timeoutMs: number;
  /** May throw: then the check has failed, with what was thrown as its evidence. */
  run(signal: AbortSignal): Promise<Finding>;
}

export interface CheckResult extends Finding {
  readonly name: string;
  readonly durationMs: number;
}

export const passed = (evidence: string): Finding => ({ state: 'passed', evidence });
export const failed = (evidence: string, hint?: string): Finding => ({ state: 'failed', evidence, hint });
export const skipped = (evidence: string): Finding => ({ state: 'skipped', evidence });
