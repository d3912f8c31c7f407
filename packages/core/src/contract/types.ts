import type { JsonValue } from '../json.ts';

/**
 * - breaking: what a caller did before may fail now;
 * - risky: no caller breaks by the letter, but models or people may act otherwise, or it could not be decided;
 * - compatible: callers need not care.
 */
export type ChangeKind = 'breaking' | 'risky' | 'compatible';

/** One way in which a contract differs from an earlier one. */
export interface ContractChange {
  readonly kind: ChangeKind;
  /** Stable: `contract.tool.removed`. */
  readonly code: string;
  /**
   * JSON Pointer into the document, with entries of lists by their name: `/tools/echo/inputSchema/properties/text`.
   * Within schemas along properties and items, through references.
   */
  readonly path: string;
  /** What stood there; undefined for what is new. Of schemas: what changed of it, where that can be shown. */
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
  /** Why it is of this kind, as one sentence in plain words. */
  readonly reason: string;
}
