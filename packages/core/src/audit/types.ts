import type { JsonObject } from '../json.ts';

/**
 * - error: a model or its user can be misled or harmed by it;
 * - warning: models will use the server worse for it;
 * - info: worth a thought.
 */
export type AuditSeverity = 'error' | 'warning' | 'info';

/** What a server told about itself, as it came. */
export interface Definitions {
  readonly instructions: string | undefined;
  readonly tools: readonly JsonObject[];
  readonly resources: readonly JsonObject[];
  readonly resourceTemplates: readonly JsonObject[];
  readonly prompts: readonly JsonObject[];
}

/** One thing that has a name: `tool "echo"`. */
export interface Subject {
  readonly kind: 'tool' | 'resource' | 'resource template' | 'prompt' | 'server';
  readonly name: string;
  readonly definition: JsonObject;
}

/** What a rule found at one subject. */
export interface Observation {
  readonly subject: Pick<Subject, 'kind' | 'name'>;
  /** Where in the definition: `inputSchema.properties.path`; undefined for the whole. */
  readonly path?: string | undefined;
  /** One sentence. */
  readonly message: string;
}

/** A lint rule: data and a pure function over the definitions. */
export interface AuditRule {
  /** Stable, to suppress it by: `description.missing`. */
  readonly code: string;
  readonly severity: AuditSeverity;
  /** Why it matters, as one sentence. */
  readonly title: string;
  readonly remedy: string;
  readonly inspect: (definitions: Definitions, subjects: readonly Subject[]) => Iterable<Observation>;
}

/** An observation with what is known of its rule. */
export interface AuditFinding extends Observation {
  readonly code: string;
  readonly severity: AuditSeverity;
  readonly remedy: string;
}

/** What the definitions of a server cost a model's context. */
export interface ContextCost {
  /** `o200k_base`. */
  readonly tokenizer: string;
  readonly tools: readonly { readonly name: string; readonly tokens: number }[];
  /** Of all tools and the instructions. */
  readonly totalTokens: number;
}
