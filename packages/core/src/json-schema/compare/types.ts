import type { JsonValue } from '../../json.ts';

/** The types of JSON that schemas are split into; an integer is a number with a restriction. */
export type BasicType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';

/** What one of two schemas lets through and the other does not, in one word. */
export type DifferenceKind =
  | 'type'
  | 'values'
  | 'minimum'
  | 'maximum'
  | 'multiple'
  | 'length'
  | 'pattern'
  | 'format'
  | 'item-count'
  | 'unique'
  | 'required'
  | 'excluded'
  | 'member-count'
  | 'alternative';

/** Why one schema is not known to accept all that another does. */
export interface SchemaDifference {
  /** False: it could not be decided structurally, and `detail` says why. */
  readonly isCertain: boolean;
  readonly kind: DifferenceKind;
  /** JSON Pointer below the root of the schema, along properties and items; references and alternatives are looked through. */
  readonly pointer: string;
  /** What the schema that accepts more says there, where that can be shown. */
  readonly wider?: JsonValue | undefined;
  /** What the one that accepts less says there. */
  readonly narrower?: JsonValue | undefined;
  readonly detail?: string | undefined;
  /** A value that only the wider one accepts, where one is known. */
  readonly example?: JsonValue | undefined;
}

/** How the values that two schemas accept relate. */
export interface SchemaComparison {
  /** Why the schema after may refuse what the one before accepted; empty: it is proved that it refuses nothing. */
  readonly narrowed: readonly SchemaDifference[];
  /** Why the schema after may accept what the one before refused; empty: it is proved that it accepts nothing more. */
  readonly widened: readonly SchemaDifference[];
}
