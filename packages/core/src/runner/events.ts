import type { SourceLocation } from '../errors.ts';
import type { Finding } from '../protocol/types.ts';
import type { RunResult, ServerResult, SuiteResult, TestResult } from './result.ts';

/** What a run tells while it goes on, in order. Each is JSON-serialisable. */
export type RunEvent =
  | {
      readonly type: 'run-start';
      readonly startedAt: string;
      readonly configFile?: string | undefined;
      readonly suites: number;
      readonly tests: number;
      readonly harnessVersion: string;
      /** For the journal: what a killed run's partial result needs to know. */
      readonly node?: string | undefined;
      readonly platform?: string | undefined;
      readonly environment?: string | undefined;
      readonly shard?: RunResult['shard'];
      readonly protocolChecks?: RunResult['protocolChecks'] | undefined;
    }
  | { readonly type: 'server-start'; readonly server: string; readonly target: string }
  | {
      readonly type: 'server-ready';
      readonly server: string;
      readonly protocolVersion: string;
      readonly serverName: string;
      readonly startupMs: number;
    }
  | { readonly type: 'server-end'; readonly result: ServerResult }
  | {
      readonly type: 'suite-start';
      readonly suite: string;
      readonly tests: number;
      readonly location?: SourceLocation | undefined;
    }
  | { readonly type: 'test-start'; readonly id: string; readonly suite: string; readonly test: string }
  | {
      readonly type: 'test-retry';
      readonly id: string;
      readonly attempt: number;
      readonly reason: string;
      readonly delayMs: number;
    }
  | { readonly type: 'test-end'; readonly result: TestResult }
  | { readonly type: 'suite-end'; readonly result: Omit<SuiteResult, 'tests'> }
  | { readonly type: 'finding'; readonly finding: Finding }
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'run-end'; readonly result: RunResult };

/** Receives events in order. A throw is caught, reported once as a warning, and never ends the run. */
export type RunListener = (event: RunEvent) => void;
