import type { JsonValue } from '../../json.ts';
import { canonicalText } from '../equal-values.ts';
import { NestingLimitError } from '../work.ts';
import { opaqueFor, type Alternative } from './alternative.ts';
import { compareArrays, compareObjects, type Scene } from './compound-rules.ts';
import { areDisjoint, expand, isEmpty, isLoose, TooManyAlternativesError } from './expand.ts';
import { finiteValues } from './finite-values.ts';
import { compareNumbers, compareTexts, type Report } from './scalar-rules.ts';
import type { Demand, Side } from './side.ts';
import type { BasicType, SchemaDifference } from './types.ts';

const levelLimit = 64;
/** So many values are tried where the structure alone does not decide. */
const witnessLimit = 12;

/**
 * Looks for reasons why what one document accepts is not all accepted by another: none is a proof that it is.
 * Schemas are split into alternatives without references; each must lie within one alternative of the other side.
 * After Habib, Shinnar, Hirzel, Pradel: Finding data compatibility bugs with JSON subschema checking (ISSTA 2021).
 */
export class Containment {
  readonly #sub: Side;
  readonly #sup: Side;
  readonly #onlyDescribed: boolean;
  /** Pairs that are being compared: within them, smaller values may be taken to be contained (induction over values). */
  readonly #open = new Set<string>();

  constructor(sub: Side, sup: Side, onlyDescribed: boolean) {
    this.#sub = sub;
    this.#sup = sup;
    this.#onlyDescribed = onlyDescribed;
  }

  /** @throws WorkLimitError */
  compare(sub: Demand, sup: Demand, pointer: string): readonly SchemaDifference[] {
    this.#sub.work.spend(3 + sub.length + sup.length);
    if (sup.every((schema) => schema === true)) return [];
    const key = `${this.#sub.keyOf(sub)}|${this.#sup.keyOf(sup)}`;
    if (this.#open.has(key)) return [];
    if (this.#open.size >= levelLimit)
      return [undecided(pointer, `it is nested deeper than ${levelLimit} levels`)];
    this.#open.add(key);
    try {
      const found = this.#compareDemands(sub, sup, pointer);
      if (found.length === 0 || found.some(({ isCertain }) => isCertain)) return found;
      const example = this.#findWitness(sub, sup);
      return example === undefined
        ? found
        : found.map((one) => ({ ...one, isCertain: true, detail: undefined, example }));
    } catch (error) {
      if (error instanceof TooManyAlternativesError)
        return [undecided(pointer, 'there are too many ways to meet it')];
      if (error instanceof NestingLimitError) return [undecided(pointer, 'it leads to too deep a recursion')];
      throw error;
    } finally {
      this.#open.delete(key);
    }
  }

  #compareDemands(sub: Demand, sup: Demand, pointer: string): readonly SchemaDifference[] {
    const ways = expand(sub, this.#sub);
    const within = expand(sup, this.#sup);
    const found: SchemaDifference[] = [];
    const missing = new Set<BasicType>();
    const refused: JsonValue[] = [];
    for (const way of ways) {
      for (const type of way.types) {
        const candidates = within.filter(({ types }) => types.has(type));
        const values = finiteValues(way, type);
        if (values !== undefined) {
          const outside = this.#findOutside(values, sub, sup);
          if (outside.refused.length > 0 && candidates.length === 0) missing.add(type);
          else refused.push(...outside.refused);
          if (outside.hasDoubt)
            found.push(
              undecided(pointer, 'whether a pattern fits one of the values cannot be told', 'values'),
            );
        } else if (isEmpty(way, type, this.#sub)) continue;
        else if (candidates.length === 0) missing.add(type);
        else found.push(...this.#compareWithAny(way, candidates, type, pointer));
      }
    }
    if (missing.size > 0) found.unshift(missingTypes(ways, within, missing, pointer));
    if (refused.length > 0) found.unshift(refusedValues(refused, pointer));
    return unique(found);
  }

  /** Values of the one side that the other refuses. */
  #findOutside(
    values: readonly JsonValue[],
    sub: Demand,
    sup: Demand,
  ): { readonly refused: readonly JsonValue[]; readonly hasDoubt: boolean } {
    const refused: JsonValue[] = [];
    let hasDoubt = false;
    for (const value of values) {
      const [own, verdict] = [this.#sub.judge(sub, value), this.#sup.judge(sup, value)];
      if (own === false || verdict === true) continue;
      if (own === undefined || verdict === undefined) hasDoubt = true;
      else refused.push(value);
    }
    return { refused, hasDoubt };
  }

  #compareWithAny(
    way: Alternative,
    candidates: readonly Alternative[],
    type: BasicType,
    pointer: string,
  ): readonly SchemaDifference[] {
    const near = candidates.filter((one) => !areDisjoint(way, one, type, this.#sub, this.#sup));
    let best: readonly SchemaDifference[] | undefined;
    for (const candidate of near.length > 0 ? near : candidates) {
      const found = this.#compareWithOne(way, candidate, type, pointer);
      if (found.length === 0) return [];
      if (best === undefined || found.length < best.length) best = found;
    }
    if (near.length < 2) return best ?? [];
    return [undecided(pointer, `none of ${near.length} alternatives accepts all of it alone`, 'alternative')];
  }

  #compareWithOne(
    way: Alternative,
    candidate: Alternative,
    type: BasicType,
    pointer: string,
  ): readonly SchemaDifference[] {
    const found: SchemaDifference[] = [];
    const reportAt =
      (at: string): Report =>
      (kind, more = {}) =>
        void found.push({ isCertain: true, kind, pointer: at, ...more });
    const scene: Scene = {
      sub: this.#sub,
      sup: this.#sup,
      report: reportAt(pointer),
      reportAt: (below) => reportAt(pointer + below),
      comparePart: (sub, sup, below, doubt) => {
        const parts = this.compare(sub, sup, pointer + below);
        found.push(...(doubt === undefined ? parts : parts.map((one) => withDoubt(one, doubt))));
      },
      onlyDescribed: this.#onlyDescribed,
    };
    if (candidate.values !== undefined) scene.report('values', { narrower: candidate.values });
    else rules[type](way, candidate, scene);
    const own = opaqueFor(way, type);
    for (const { keyword, text } of opaqueFor(candidate, type)) {
      if (text !== undefined && own.some((one) => one.text === text)) continue;
      found.push(undecided(pointer, `\`${keyword}\` is not compared`));
    }
    if (!isLoose(way, type)) return found;
    const [{ keyword } = { keyword: '' }] = own;
    return found.map((one) => withDoubt(one, `\`${keyword}\` may rule out what is refused`));
  }

  /** A value that the one side accepts and the other refuses, if one of the first samples is. */
  #findWitness(sub: Demand, sup: Demand): JsonValue | undefined {
    let tried = 0;
    for (const value of this.#sub.samples(sub)) {
      if (this.#sub.judge(sub, value) === true && this.#sup.judge(sup, value) === false) return value;
      tried += 1;
      if (tried >= witnessLimit) return undefined;
    }
    return undefined;
  }
}

const rules: Readonly<Record<BasicType, (sub: Alternative, sup: Alternative, scene: Scene) => void>> = {
  // Their values are looked at one by one.
  null: () => undefined,
  boolean: () => undefined,
  number: (sub, sup, { report }) => compareNumbers(sub, sup, report),
  string: (sub, sup, scene) => compareTexts(sub, sup, scene.report, scene.sub),
  array: compareArrays,
  object: compareObjects,
};

function withDoubt(difference: SchemaDifference, detail: string): SchemaDifference {
  return difference.isCertain ? { ...difference, isCertain: false, detail, example: undefined } : difference;
}

function undecided(
  pointer: string,
  detail: string,
  kind: SchemaDifference['kind'] = 'alternative',
): SchemaDifference {
  return { isCertain: false, kind, pointer, detail };
}

function missingTypes(
  ways: readonly Alternative[],
  within: readonly Alternative[],
  missing: ReadonlySet<BasicType>,
  pointer: string,
): SchemaDifference {
  // Without any way in, it is not a matter of types.
  if (within.length === 0) return { isCertain: !ways.some(isRestricted), kind: 'excluded', pointer };
  const isCertain = !ways.some(
    (way) => isRestricted(way) && [...missing].some((type) => way.types.has(type)),
  );
  return { isCertain, kind: 'type', pointer, wider: typeNames(ways), narrower: typeNames(within) };
}

function isRestricted({ opaque }: Alternative): boolean {
  return opaque.length > 0;
}

function typeNames(alternatives: readonly Alternative[]): JsonValue {
  const names = new Set(
    alternatives.flatMap(({ types, isInteger }) =>
      [...types].map((type) => (type === 'number' && isInteger ? 'integer' : type)),
    ),
  );
  if (names.has('number')) names.delete('integer');
  const [only, ...more] = names;
  return more.length === 0 && only !== undefined ? only : [...names].toSorted();
}

function refusedValues(refused: readonly JsonValue[], pointer: string): SchemaDifference {
  const values = [...new Map(refused.map((value) => [canonicalText(value), value])).values()];
  return { isCertain: true, kind: 'values', pointer, wider: values, example: values[0] };
}

function unique(differences: readonly SchemaDifference[]): readonly SchemaDifference[] {
  return [
    ...new Map(
      differences.map((one) => [
        canonicalText([one.pointer, one.kind, one.isCertain, one.narrower ?? null, one.detail ?? null]),
        one,
      ]),
    ).values(),
  ];
}
