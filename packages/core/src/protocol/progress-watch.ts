import type { JsonObject } from '../json.ts';
import type { ArrivalContext } from '../transports/types.ts';
import { cut, type FindingLog } from './findings.ts';
import type { Pending, PendingTable } from './json-rpc/pending.ts';

/** Holds progress notifications against the requests that asked for them. */
export class ProgressWatch {
  readonly #table: PendingTable;
  readonly #findings: FindingLog;

  constructor(table: PendingTable, findings: FindingLog) {
    this.#table = table;
    this.#findings = findings;
  }

  check(params: JsonObject | undefined, text: string, context: ArrivalContext | undefined): void {
    const token = params?.['progressToken'];
    const progress = params?.['progress'];
    if (token === undefined || typeof progress !== 'number') return;
    const pending = this.#find(token);
    if (pending === undefined) {
      this.#unmatched(token, text, context);
      return;
    }
    if (progress <= pending.lastProgress) {
      this.#findings.report(
        'progress.not-increasing',
        `progress of ${pending.method} went from ${pending.lastProgress} to ${progress}`,
        text,
      );
    }
    pending.lastProgress = progress;
  }

  /** Our own tokens are the ids of their requests; others were given by the caller. */
  #find(token: unknown): Pending | undefined {
    const pending = this.#table.get(token);
    if (pending?.progressToken === token) return pending;
    for (const other of this.#table.values()) if (other.progressToken === token) return other;
    return undefined;
  }

  #unmatched(token: unknown, text: string, context: ArrivalContext | undefined): void {
    const past = this.#table.pastToken(token);
    if (past === 'excused') return;
    const shown = cut(JSON.stringify(token), 60);
    if (past === 'unknown') {
      const fault = `progress for token ${shown}, which no request gave`;
      this.#findings.report('progress.unknown-token', fault, text);
      return;
    }
    // On another stream than the answer's it may have been sent before the answer.
    if (context !== undefined && context.requestId !== token) return;
    const fault = `progress for token ${shown} after its request was answered`;
    this.#findings.report('progress.after-completion', fault, text);
  }
}
