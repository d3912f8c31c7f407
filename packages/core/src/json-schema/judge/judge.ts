import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { MatchPattern } from '../patterns/compile-patterns.ts';
import type { SchemaLibrary } from '../schema-library.ts';
import type { SchemaDialect } from '../types.ts';
import { NestingLimitError, Work } from '../work.ts';
import { arrayKeywords, unevaluatedItems } from './array-keywords.ts';
import { combiningKeywords } from './combining-keywords.ts';
import { Judgement, notAllowed, type JudgementResult, type Standpoint } from './judgement.ts';
import type { Keyword } from './keyword.ts';
import { objectKeywords, unevaluatedProperties } from './object-keywords.ts';
import { scalarKeywords } from './scalar-keywords.ts';

/** A schema with all that judging by it takes. */
export interface Program {
  readonly library: SchemaLibrary;
  readonly matches: MatchPattern;
}

/** In the order in which they judge; the last two need what all others have seen. */
const keywords: readonly Keyword[] = [
  ...scalarKeywords,
  ...combiningKeywords,
  ...arrayKeywords,
  ...objectKeywords,
  unevaluatedItems,
  unevaluatedProperties,
];
const keywordsOf: Readonly<Record<SchemaDialect, readonly Keyword[]>> = {
  'draft-07': keywords.filter(({ only }) => only !== '2020-12'),
  '2020-12': keywords.filter(({ only }) => only !== 'draft-07'),
};
const referenceOnly = combiningKeywords.filter(({ name }) => name === '$ref');

const levelLimit = 1000;
const passed: JudgementResult = { verdict: true, faults: [], seen: undefined };

/** Judges values by the schemas of a program, one after the other. */
export class Judge {
  readonly program: Program;
  work = new Work(0);
  readonly #keywords = new WeakMap<JsonObject, readonly Keyword[]>();
  #level = 0;

  constructor(program: Program) {
    this.program = program;
  }

  /**
   * Judges a whole value.
   * @throws WorkLimitError or NestingLimitError
   */
  begin(schema: JsonValue, value: JsonValue, isQuiet: boolean, work: Work): JudgementResult {
    this.work = work;
    this.#level = 0;
    const scope = { resource: this.program.library.root, outer: undefined };
    return this.judge(schema, value, { path: '', isQuiet, scope });
  }

  judge(schema: JsonValue, value: JsonValue, standpoint: Standpoint): JudgementResult {
    this.work.spend(1);
    if (schema === false) {
      const fault = { path: standpoint.path, keyword: 'false schema', write: notAllowed };
      return { verdict: false, faults: standpoint.isQuiet ? [] : [fault], seen: undefined };
    }
    if (!isJsonObject(schema)) return passed;
    if (this.#level >= levelLimit) throw new NestingLimitError();
    this.#level += 1;
    const judgement = new Judgement(this, schema, value, this.#standpointOf(schema, standpoint));
    for (const { name, check } of this.#keywordsOf(schema)) {
      judgement.keyword = name;
      check(schema[name]!, judgement);
      if (judgement.isDecided) break;
    }
    this.#level -= 1;
    return judgement;
  }

  #standpointOf(schema: JsonObject, standpoint: Standpoint): Standpoint {
    const resource = this.program.library.homeOf(schema);
    if (resource === standpoint.scope.resource) return standpoint;
    return { ...standpoint, scope: { resource, outer: standpoint.scope } };
  }

  #keywordsOf(schema: JsonObject): readonly Keyword[] {
    const known = this.#keywords.get(schema);
    if (known !== undefined) return known;
    const { dialect } = this.program.library.homeOf(schema);
    const isReference = dialect === 'draft-07' && typeof schema['$ref'] === 'string';
    const candidates = isReference ? referenceOnly : keywordsOf[dialect];
    this.work.spend(4);
    const found = candidates.filter(({ name }) => Object.hasOwn(schema, name));
    this.#keywords.set(schema, found);
    return found;
  }
}
