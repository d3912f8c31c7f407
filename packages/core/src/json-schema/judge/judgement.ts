import type { JsonObject, JsonValue } from '../../json.ts';
import type { SchemaResource } from '../schema-library.ts';
import type { Judge } from './judge.ts';
import { Seen } from './seen.ts';

/** Whether a value fits; undefined where a pattern that cannot be checked decides. */
export type Verdict = boolean | undefined;

/** One way in which a value does not fit. Its text is written only if it is asked for. */
export interface Fault {
  readonly path: string;
  readonly keyword: string;
  readonly write: () => string;
}

export interface JudgementResult {
  readonly verdict: Verdict;
  readonly faults: readonly Fault[];
  readonly seen: Seen | undefined;
}

/** The resources that references have led through, for `$dynamicRef`. */
interface DynamicScope {
  readonly resource: SchemaResource;
  readonly outer: DynamicScope | undefined;
}

/** Where a judgement stands. */
export interface Standpoint {
  /** JSON Pointer to the value. */
  readonly path: string;
  /** True when only the verdict is asked for: then no fault is noted, and the first one ends it. */
  readonly isQuiet: boolean;
  readonly scope: DynamicScope;
}

/** No value gives more faults than this; the search for them ends there. */
const faultLimit = 100;
export const notAllowed = (): string => 'is not allowed by the schema';

/** One schema judging one value, keyword by keyword. */
export class Judgement implements JudgementResult {
  readonly judge: Judge;
  readonly schema: JsonObject;
  readonly value: JsonValue;
  readonly standpoint: Standpoint;
  readonly faults: Fault[] = [];
  readonly seen: Seen | undefined;
  verdict: Verdict = true;
  /** The keyword that is judging. */
  keyword = '';

  constructor(judge: Judge, schema: JsonObject, value: JsonValue, standpoint: Standpoint) {
    this.judge = judge;
    this.schema = schema;
    this.value = value;
    this.standpoint = standpoint;
    if (judge.program.library.hasUnevaluated && typeof value === 'object' && value !== null)
      this.seen = new Seen();
  }

  get isDecided(): boolean {
    return this.verdict === false && (this.standpoint.isQuiet || this.faults.length >= faultLimit);
  }

  /** The value does not fit; with a name, because of that member or item. */
  fail(write: () => string, name?: string | number): void {
    this.verdict = false;
    if (this.standpoint.isQuiet || this.faults.length >= faultLimit) return;
    this.faults.push({ path: this.pathTo(name), keyword: this.keyword, write });
  }

  /** A pattern that cannot be checked decides whether the value fits. */
  doubt(): void {
    if (this.verdict === true) this.verdict = undefined;
  }

  /** What another schema says of the same value, without consequences. */
  consider(schema: JsonValue, isQuiet = this.standpoint.isQuiet): JudgementResult {
    const { standpoint } = this;
    return this.judge.judge(
      schema,
      this.value,
      isQuiet === standpoint.isQuiet ? standpoint : { ...standpoint, isQuiet },
    );
  }

  /** What a schema says of a member or an item, or of a member's name, without consequences. */
  considerPart(schema: JsonValue, part: JsonValue, name: string | number, isQuiet: boolean): JudgementResult {
    const { scope } = this.standpoint;
    return this.judge.judge(schema, part, { path: isQuiet ? '' : this.pathTo(name), isQuiet, scope });
  }

  /** The value has to fit another schema too. */
  demand(schema: JsonValue): void {
    if (schema === false) return this.fail(notAllowed);
    const result = this.consider(schema);
    this.#accept(result);
    this.see(result);
  }

  /** A member or an item has to fit a schema. */
  demandPart(schema: JsonValue, part: JsonValue, name: string | number): void {
    if (schema === false) return this.fail(notAllowed, name);
    if (schema !== true) this.#accept(this.considerPart(schema, part, name, this.standpoint.isQuiet));
  }

  /** What another schema for the same value has looked at counts as looked at here. */
  see({ seen, verdict }: JudgementResult): void {
    if (this.seen === undefined || seen === undefined) return;
    this.judge.work.spend((seen.names.size + seen.indexes.size) / 8);
    this.seen.add(seen);
    if (verdict === undefined) this.seen.isCertain = false;
  }

  pathTo(name: string | number | undefined): string {
    const { path } = this.standpoint;
    if (name === undefined) return path;
    return `${path}/${typeof name === 'number' ? name : name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  }

  #accept({ verdict, faults }: JudgementResult): void {
    if (verdict === undefined) this.doubt();
    if (verdict !== false) return;
    this.verdict = false;
    for (const fault of faults) if (this.faults.length < faultLimit) this.faults.push(fault);
  }
}
