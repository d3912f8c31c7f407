import type { z, ZodType } from 'zod';
import type { JsonObject, JsonValue } from '../json.ts';
import type { Comparison } from './compare.ts';

/** One way in which a value misses what was expected of it; the parts of a sentence. */
export interface Mismatch {
  /** Path below the value that was looked at: '' or absent for itself, `.items[0].id`. */
  readonly at?: string | undefined;
  /** The assertion of a matcher map that missed. */
  readonly type?: string | undefined;
  /** Takes the place of the check's own phrase: `to equal 3`. */
  readonly phrase?: string | undefined;
  /** What came, when a rendering of `actual` does not say it well. */
  readonly got?: string | undefined;
  /** Takes the place of `got ...`: `but there is no such member`. */
  readonly but?: string | undefined;
  /** Takes the place of everything after the key: `must be string, but is number`. */
  readonly says?: string | undefined;
  /** Why it may have missed: `differs only in case`. */
  readonly hint?: string | undefined;
  /** For the rendering and the diff of a comparison with a whole value. */
  readonly expected?: JsonValue | undefined;
  readonly actual?: JsonValue | undefined;
}

/** An expectation of one value, compiled. */
export interface Check {
  /** Completes `expected <key> ...`. */
  readonly phrase: string;
  /** True for checks that may hold for a key that selects nothing; the others fail there without being asked. */
  readonly acceptsMissing?: boolean | undefined;
  /** `undefined` is a value that is not there. Returns {@link holds} when all is well; never throws. */
  verify(actual: JsonValue | undefined): readonly Mismatch[];
}

/** The verdict of a check that holds. */
export const holds: readonly Mismatch[] = Object.freeze([]);

/** A validation as written: its type and its options. */
export interface Validation {
  readonly type: string;
  readonly [option: string]: JsonValue | undefined;
}

/** Validations of one value by name, all of which must hold: `{ contains: "a", string_length: { max: 9 } }`. */
export type MatcherMap = JsonObject;

/** What an assertion may use while it is compiled. */
export interface CompileDeps {
  readonly comparison: Comparison;
  /** Directory that schema files are relative to. */
  readonly baseDir: string;
  /** Starts work that has to be done before the check is asked for the first time. A rejection becomes a problem. */
  defer(work: () => Promise<void>): void;
  /** Tells that the expectation itself is unusable. It then always fails, with this message. */
  problem(message: string): void;
  /** The check for a validation, or for all validations of a matcher map. */
  compileNested(validation: Validation | MatcherMap): Check;
  /** The partial deep check for a template, matcher maps at its leaves included. */
  compileTemplate(template: JsonValue, comparison: Comparison): Check;
}

/** Option schemas that are recursive and therefore made by the schema module. */
export interface OptionSchemas {
  /** Any JSON value, in which matcher maps are checked. */
  readonly template: ZodType<JsonValue>;
  /** Another validation, or a matcher map. */
  readonly validation: ZodType<Validation | MatcherMap>;
}

export type OptionShape = Readonly<Record<string, ZodType>>;

/** Builds the options' schema. zod comes as an argument, so that checking an answer never loads it. */
type OptionsBuilder<S extends OptionShape = OptionShape> = (zod: typeof z, schemas: OptionSchemas) => S;

export interface AssertionInit<S extends OptionShape> {
  /** The `type` of the long form and the key in a matcher map. */
  readonly name: string;
  /** One sentence for the reference page and the editor. */
  readonly description: string;
  readonly options: OptionsBuilder<S>;
  /** In a matcher map, the option that a bare value stands for. */
  readonly shorthand?: (keyof S & string) | undefined;
  /** The shorthand takes any value as it stands, objects included. */
  readonly literal?: boolean | undefined;
  /** `true` in a matcher map means the assertion without options. */
  readonly flag?: boolean | undefined;
  /** The assertion that `false` in a matcher map means. */
  readonly negation?: string | undefined;
  /** What the schema cannot say about the options together. */
  readonly findProblem?: ((options: z.output<z.ZodObject<S>>) => string | undefined) | undefined;
  readonly create: (options: z.output<z.ZodObject<S>>, deps: CompileDeps) => Check;
}

/** An assertion with the type of its options erased, as the registry keeps it. */
export interface Assertion {
  readonly name: string;
  readonly description: string;
  readonly options: OptionsBuilder;
  readonly shorthand: string | undefined;
  readonly literal: boolean;
  readonly flag: boolean;
  readonly negation: string | undefined;
  findProblem(options: object): string | undefined;
  create(options: object, deps: CompileDeps): Check;
}

/** Declares an assertion. One declaration serves the schema, the editor, the reference page and the check. */
export function defineAssertion<const S extends OptionShape>(init: AssertionInit<S>): Assertion {
  type Options = z.output<z.ZodObject<S>>;
  return {
    name: init.name,
    description: init.description,
    options: init.options,
    shorthand: init.shorthand,
    literal: init.literal ?? false,
    flag: init.flag ?? false,
    negation: init.negation,
    findProblem: (options) => init.findProblem?.(options as Options),
    create: (options, deps) => init.create(options as Options, deps),
  };
}

/** A check that asks one question of the value. */
export function createCheck(
  phrase: string,
  verify: (actual: JsonValue | undefined) => Mismatch | undefined,
): Check {
  return {
    phrase,
    verify: (actual) => {
      const mismatch = verify(actual);
      return mismatch === undefined ? holds : [mismatch];
    },
  };
}
