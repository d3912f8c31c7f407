import type { JsonObject, JsonValue } from '../../json.ts';
import { chooseDialect } from '../dialect.ts';
import { Judge } from '../judge/judge.ts';
import { LightPatterns } from '../patterns/light-patterns.ts';
import { SchemaLibrary } from '../schema-library.ts';
import { NestingLimitError, Work } from '../work.ts';

/** Starting a suite stays instant, whatever a server lists. */
const workLimitUnits = 100_000;

/** The state of one search for a sample: its work is bounded, and it remembers why it failed first. */
export class SampleSearch {
  readonly work = new Work(workLimitUnits);
  readonly patterns = new LightPatterns();
  readonly #library: SchemaLibrary;
  readonly #judge: Judge;
  #levelLimit = 0;
  #reason: string | undefined;

  constructor(root: JsonValue) {
    this.#library = new SchemaLibrary(root, chooseDialect(root).dialect);
    this.#judge = new Judge({
      library: this.#library,
      matches: (pattern, text, work) => this.patterns.matches(pattern, text, work),
    });
  }

  get reason(): string {
    return this.#reason ?? 'no value was found that meets all of the schema';
  }

  /** Counts a step; false when the search must not go on here. */
  enter(level: number): boolean {
    this.work.spend(10);
    if (level <= this.#levelLimit) return true;
    this.giveUp('the schema demands endless nesting');
    return false;
  }

  /** Starts again with the work that is left. */
  deepen(levelLimit: number): void {
    this.#levelLimit = levelLimit;
    this.#reason = undefined;
  }

  giveUp(reason: string): void {
    this.#reason ??= reason;
  }

  /** What a reference in a schema stands for, if that is part of the document. */
  resolve(reference: string, schema: JsonObject): JsonValue | undefined {
    return this.#library.resolve(reference, this.#library.homeOf(schema));
  }

  /** In draft-07 a reference makes everything beside it void. */
  isOnlyReference(schema: JsonObject): boolean {
    return this.#library.homeOf(schema).dialect === 'draft-07' && typeof schema['$ref'] === 'string';
  }

  /** Whether a value fits a part of the schema; what cannot be told is taken as met. */
  accepts(schema: JsonValue, value: JsonValue): boolean {
    try {
      return this.#judge.begin(schema, value, true, this.work).verdict !== false;
    } catch (error) {
      if (error instanceof NestingLimitError) return false;
      throw error;
    }
  }
}
