/** What the service counts. One registry a process; nothing here knows where the numbers come from. */
import type { ExecutedRun } from '../runs/define.ts';

export interface ServiceMetrics {
  /** A run has ended with a result. */
  runEnded(run: ExecutedRun): void;
  /** A run could not be carried out, or was skipped. */
  runLost(kind: string, reason: 'failed' | 'cancelled' | 'skipped' | 'handed-back'): void;
  serverHealth(server: string, isUp: boolean): void;
  scheduleLag(lagMs: number): void;
  queueDepth(depth: { readonly queued: number; readonly running: number }): void;
  notifications(counts: Readonly<Record<'pending' | 'sent' | 'dead', number>>): void;
  configReloaded(ok: boolean, at: number): void;
  /** Forgets servers and suites that the configuration no longer has. */
  retain(known: { readonly servers: readonly string[]; readonly suites: readonly string[] }): void;
  /** Of the metrics listener. @param accept the header; decides between Prometheus text and OpenMetrics */
  render(accept: string | undefined): RenderedMetrics;
  /** Of the health listener: none of the series above. */
  renderHealth(accept: string | undefined): RenderedMetrics;
}

export interface RenderedMetrics {
  readonly contentType: string;
  readonly body: string;
}
