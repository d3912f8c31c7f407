import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { chooseDialect } from '../dialect.ts';
import { canonicalText } from '../equal-values.ts';
import { Judge } from '../judge/judge.ts';
import type { Verdict } from '../judge/judgement.ts';
import { LightPatterns } from '../patterns/light-patterns.ts';
import { findCandidates } from '../sample/find-candidates.ts';
import { SampleSearch } from '../sample/search.ts';
import { SchemaLibrary } from '../schema-library.ts';
import { surveySchema } from '../survey-schema.ts';
import type { SchemaDialect } from '../types.ts';
import { WorkLimitError, type Work } from '../work.ts';

/** Schemas of one document that a value has to meet together. */
export type Demand = readonly JsonValue[];

const textLimitCharacters = 32 * 1024;
const sampleLevels = 4;

/** One of the two documents that are compared, with all that reading it takes. */
export class Side {
  readonly dialect: SchemaDialect;
  readonly work: Work;
  readonly patterns = new LightPatterns();
  readonly #root: JsonValue;
  readonly #library: SchemaLibrary;
  readonly #judge: Judge;
  readonly #ids = new WeakMap<JsonObject, number>();
  #lastId = 0;
  #search: SampleSearch | undefined;
  /** Whether all references lead somewhere; otherwise no value can be judged. */
  #isWhole: boolean | undefined;

  constructor(root: JsonValue, work: Work) {
    this.#root = root;
    this.work = work;
    this.dialect = chooseDialect(root).dialect;
    this.#library = new SchemaLibrary(root, this.dialect);
    this.#judge = new Judge({
      library: this.#library,
      matches: (pattern, text, own) => this.patterns.matches(pattern, text, own),
    });
  }

  dialectOf(schema: JsonObject): SchemaDialect {
    return this.#library.homeOf(schema).dialect;
  }

  resolve(reference: string, schema: JsonObject): JsonValue | undefined {
    return this.#library.resolve(reference, this.#library.homeOf(schema));
  }

  /** The same text for demands of the same schemas. */
  keyOf(demand: Demand): string {
    const ids = demand.map((schema) => {
      if (!isJsonObject(schema)) return schema === false ? -1 : 0;
      const id = this.#ids.get(schema) ?? (this.#lastId += 1);
      this.#ids.set(schema, id);
      return id;
    });
    return [...new Set(ids)].toSorted((a, b) => a - b).join(',');
  }

  /** @throws WorkLimitError or NestingLimitError */
  judge(demand: Demand, value: JsonValue): Verdict {
    this.#isWhole ??= surveySchema(this.#library).deadReferences.size === 0;
    if (!this.#isWhole) return undefined;
    const verdicts = demand.map((schema) => this.#judge.begin(schema, value, true, this.work).verdict);
    if (verdicts.includes(false)) return false;
    return verdicts.includes(undefined) ? undefined : true;
  }

  /** Some values that fit, of little work. */
  *samples(demand: Demand): Generator<JsonValue> {
    this.#search ??= new SampleSearch(this.#root);
    try {
      for (let level = 1; level <= sampleLevels; level += 1) {
        this.#search.deepen(level * 2);
        const [only, second] = demand;
        const schema = second === undefined ? (only ?? true) : { allOf: demand };
        yield* findCandidates(schema, this.#search, 0);
      }
    } catch (error) {
      if (!(error instanceof WorkLimitError || error instanceof RangeError)) throw error;
    }
  }

  /**
   * A text that is the same only for what means the same: references are written out.
   * Undefined where that is endless or long, or depends on the way that led here.
   */
  textOf(value: JsonValue, home: JsonObject): string | undefined {
    let length = 0;
    const write = (part: JsonValue, open: ReadonlySet<JsonValue>): JsonValue => {
      this.work.spend(1);
      length += 1;
      if (length > textLimitCharacters) throw new TooLongError();
      if (Array.isArray(part)) return part.map((item: JsonValue) => write(item, open));
      if (!isJsonObject(part)) return part;
      const { $ref, $dynamicRef } = part;
      if (typeof $dynamicRef === 'string') throw new TooLongError();
      const members = Object.entries(part).map(([name, member]): [string, JsonValue] => {
        if (name !== '$ref' || typeof $ref !== 'string') return [name, write(member, open)];
        const target = this.resolve($ref, part === value ? home : part);
        if (target === undefined) return [name, $ref];
        if (open.has(target)) throw new TooLongError();
        return [name, { to: $ref, target: write(target, new Set([...open, target])) }];
      });
      return Object.fromEntries(members);
    };
    try {
      const text = canonicalText(write(value, new Set([home])));
      return text.length > textLimitCharacters ? undefined : text;
    } catch (error) {
      if (error instanceof TooLongError) return undefined;
      throw error;
    }
  }
}

class TooLongError extends Error {}
