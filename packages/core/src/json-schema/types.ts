/** The drafts of JSON Schema that tools may use; MCP takes 2020-12 where `$schema` says nothing. */
export type SchemaDialect = 'draft-07' | '2020-12';

/** One way in which a value breaks its schema. */
export interface SchemaViolation {
  /** JSON Pointer to the value that is wrong, missing or not allowed; `''` is the whole value. */
  readonly path: string;
  /** Reads after the path: `must be string, but is number`. */
  readonly message: string;
  /** The keyword that was broken; `schema` when the schema is unusable, `work-limit` when checking was stopped. */
  readonly keyword: string;
}

/** A schema, ready to judge values. */
export interface CompiledSchema {
  readonly dialect: SchemaDialect;
  /** What is wrong with the schema itself, and the parts of it that cannot be checked. */
  readonly problems: readonly string[];
  /** False when the schema is so wrong that no value can be judged. */
  readonly usable: boolean;
  /**
   * Empty when the value fits. At most 100 violations. Never throws.
   * An unusable schema gives one violation with the keyword `schema`. A pattern that cannot be checked may go either way:
   * only what fails whichever way it goes is a violation.
   */
  readonly validate: (value: unknown) => readonly SchemaViolation[];
}
