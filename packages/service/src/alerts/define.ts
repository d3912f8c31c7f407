/** From what happens to what people are told. */
import type { Clock } from '../clock/index.ts';
import type { Logger } from '../logging/define.ts';
import type { NewNotification, RunError } from '../store/index.ts';
import type { RunSummary } from '../runs/define.ts';

/** Something that people may want to hear of. */
export type Occurrence =
  | {
      readonly type: 'run-ended';
      readonly runId: string;
      readonly summary: RunSummary;
      /** Of the latest run before it of the same kind and suites. */
      readonly previous: RunSummary | undefined;
      /** Why the run just before it could not be carried out; undefined when it could. */
      readonly fault?: RunError | undefined;
      /** As `ExecutedRun.reportPath`; its HTML report is attached to mail. */
      readonly reportPath?: string | undefined;
    }
  | {
      readonly type: 'run-failed';
      readonly runId: string;
      readonly kind: string;
      readonly suites: readonly string[];
      readonly error: RunError;
    }
  | {
      readonly type: 'server-down';
      readonly server: string;
      readonly since: number;
      readonly error: string | undefined;
    }
  | { readonly type: 'server-up'; readonly server: string; readonly downSince: number }
  | {
      readonly type: 'summary';
      readonly period: 'daily' | 'weekly';
      readonly periodKey: string;
      /** What it says, as plain text. */
      readonly lines: readonly string[];
      /** A file, relative to `reporting.outputDir`; attached to mail. */
      readonly reportPath?: string | undefined;
    };

/** Pure: which notifications follow, one a channel; their keys make them once whoever asks. */
export type NotificationRules = (occurrence: Occurrence, now: number) => readonly NewNotification[];

/** How one attempt to send went. */
export type Delivery =
  | { readonly outcome: 'sent' }
  /** `retryAfterMs`: as the receiver asked. */
  | { readonly outcome: 'retry'; readonly error: string; readonly retryAfterMs?: number | undefined }
  | { readonly outcome: 'refused'; readonly error: string };

/** Sends what has become of a notification's payload. Never throws; errors hold no secret. */
export interface Notifier {
  send(messages: readonly Message[], signal: AbortSignal): Promise<Delivery>;
  close(): Promise<void>;
}

/** What every notifier is told besides its own settings. */
export interface NotifierContext {
  readonly log: Logger;
  readonly clock: Clock;
  /** A report's file; undefined where there is none. Absent: nothing is attached. */
  readonly readReport?: ((reportPath: string, name: string) => Promise<Uint8Array | undefined>) | undefined;
}

/** Makes the notifier of one channel. What it depends on is imported when it is made. */
export type OpenNotifier<Settings> = (settings: Settings, context: NotifierContext) => Promise<Notifier>;

/** `NewNotification.payload`: what is told, not how. */
export interface Message {
  /** The same however often it is sent: who has had it knows it by this. */
  readonly id: string;
  readonly kind: 'failure' | 'recovery' | 'regression' | 'summary';
  readonly severity: 'info' | 'warning' | 'critical';
  readonly title: string;
  /** Lines of plain text. */
  readonly lines: readonly string[];
  /** ms since 1970. */
  readonly at: number;
  readonly runId?: string | undefined;
  /** Relative to `reporting.outputDir`; attached to mail. */
  readonly reportPath?: string | undefined;
  /** Where people read more. */
  readonly url?: string | undefined;
}
