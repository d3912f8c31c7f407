import type { ServiceSettings } from '@mcp-test-harness/service/settings';
import type { Io } from '../io.ts';
import type { ConfigArguments } from '../load.ts';

/** How a step has ended. `skipped`: it was not to be done, or not while an earlier one has failed. */
export interface StepResult {
  readonly state: 'done' | 'failed' | 'skipped';
  /** In one line. */
  readonly said: string;
  readonly hint?: string | undefined;
}

export interface MaintenanceContext {
  readonly settings: ServiceSettings;
  readonly args: ConfigArguments;
  readonly io: Io;
  readonly backupDirectory: string;
  readonly suitesDirectory: string;
  /** Suites are taken only from a commit whose signature is good. */
  readonly requireSigned: boolean;
  readonly logrotateFile: string;
  readonly retentionDays: number;
  readonly keep: number;
  readonly timeoutMs: number;
  readonly dryRun: boolean;
}

export interface Step {
  readonly name: string;
  /** Not done when the health check has failed: what is measured on a sick system must not become a measure. */
  readonly needsHealth: boolean;
  run(context: MaintenanceContext): Promise<StepResult>;
}

export const done = (said: string): StepResult => ({ state: 'done', said });
export const stepFailed = (said: string, hint?: string): StepResult => ({ state: 'failed', said, hint });
export const stepSkipped = (said: string): StepResult => ({ state: 'skipped', said });
