/** The zod schemas of validations and matcher maps, derived from the registry. */
import { z } from 'zod';
import type { ZodType } from 'zod';
import type { JsonValue } from '../json.ts';
import { isJsonObject } from '../json.ts';
import type { Assertion, MatcherMap, OptionSchemas, Validation } from './define.ts';
import { nearestName } from '../nearest.ts';
import { expandMatcherMap, isMatcherMap } from './matcher-map.ts';
import { assertions, registry } from './registry.ts';

/** Any JSON value in which every matcher map is well-formed. */
export const templateSchema: ZodType<JsonValue> = z.json().superRefine((value, context) => {
  checkMatcherMaps(value, [], (issue) => context.issues.push(issue));
});

const nested: ZodType<Validation | MatcherMap> = z.lazy(() => z.union([validationSchema, matcherMapSchema]));
const schemas: OptionSchemas = { template: templateSchema, validation: nested };

type Shape = Record<string, ZodType>;

const shapes: ReadonlyMap<string, Shape> = new Map(
  assertions.map((assertion) => [assertion.name, { ...assertion.options(z, schemas) }]),
);

/** The schemas of an assertion's options. */
export function optionShapeOf(name: string): Readonly<Shape> {
  return shapes.get(name) ?? {};
}

const longForms = assertions.map((assertion) =>
  z
    .strictObject({
      type: z.literal(assertion.name).describe(assertion.description),
      ...shapes.get(assertion.name),
    })
    .superRefine(({ type: _type, ...options }, context) => reportProblem(assertion, options, context))
    .describe(assertion.description),
);

function explainUnknownType(input: unknown): string {
  const known = [...registry.keys()];
  const type = isJsonObject(input) ? input['type'] : undefined;
  if (typeof type !== 'string') return `expected a validation with a type, one of ${known.join(', ')}`;
  const nearest = nearestName(type, known);
  const meant = nearest === undefined ? `known are ${known.join(', ')}` : `did you mean ${nearest}?`;
  return `there is no validation type ${JSON.stringify(type)}; ${meant}`;
}

/** `{ type: contains, value: "a" }`: every validation type with its options. */
export const validationSchema: ZodType<Validation> = z
  .discriminatedUnion('type', longForms as unknown as [(typeof longForms)[number]], {
    error: ({ code, input }) => (code === 'invalid_union' ? explainUnknownType(input) : undefined),
  })
  .meta({ id: 'Validation' })
  .describe('What the value has to be.');

/** `{ contains: "a", string_length: { max: 9 } }`: all of them have to hold. */
export const matcherMapSchema: ZodType<MatcherMap> = z
  .strictObject(Object.fromEntries(assertions.map((assertion) => [assertion.name, shortForm(assertion)])))
  .superRefine((map, context) => {
    const given = Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined));
    if (Object.keys(given).length === 0 && context.issues.length === 0) {
      context.addIssue({
        code: 'custom',
        message: `expected at least one of ${[...registry.keys()].join(', ')}`,
      });
    }
    for (const { type, ...options } of expandMatcherMap(given as MatcherMap, registry)) {
      const assertion = registry.get(type);
      if (assertion !== undefined) reportProblem(assertion, options, context, [type]);
    }
  })
  .meta({ id: 'Matchers' })
  .describe('Assertions by name, all of which have to hold.') as unknown as ZodType<MatcherMap>;

/** What may stand after the assertion's name in a matcher map. */
function shortForm(assertion: Assertion): ZodType {
  const shape = shapes.get(assertion.name) ?? {};
  const forms: ZodType[] = [];
  if (assertion.negation !== undefined) forms.push(z.boolean());
  else if (assertion.flag) forms.push(z.literal(true));
  const shorthand = assertion.shorthand === undefined ? undefined : shape[assertion.shorthand];
  if (shorthand !== undefined)
    forms.push(shorthand instanceof z.ZodOptional ? (shorthand.unwrap() as ZodType) : shorthand);
  if (!assertion.literal && Object.keys(shape).length > 0) forms.push(z.strictObject(shape));
  const [first, ...rest] = forms as [ZodType, ...ZodType[]];
  return (rest.length === 0 ? first : z.union([first, ...rest])).optional().describe(assertion.description);
}

interface IssueSink {
  addIssue(issue: { code: 'custom'; message: string; path?: PropertyKey[] }): void;
}

function reportProblem(
  assertion: Assertion,
  options: object,
  context: IssueSink,
  path: PropertyKey[] = [],
): void {
  const problem = assertion.findProblem(options);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem, path });
}

/** Names of assertions that answers use for members of their own, too. */
const dataLike: ReadonlySet<string> = new Set(
  'format range schema object array boolean integer numeric null unique sorted'.split(' '),
);

/** Checks every matcher map below a value; literals below `equals` are left alone. */
function checkMatcherMaps(
  value: JsonValue,
  path: readonly PropertyKey[],
  report: (issue: z.core.$ZodRawIssue) => void,
): void {
  if (Array.isArray(value)) {
    for (const [index, item] of (value as readonly JsonValue[]).entries())
      checkMatcherMaps(item, [...path, index], report);
  } else if (isMatcherMap(value, registry)) {
    const issues = (matcherMapSchema.safeParse(value).error?.issues ?? []).filter(
      (issue) => !isDeferred(issue, value),
    );
    for (const issue of issues)
      report({ ...issue, path: [...path, ...issue.path] } as unknown as z.core.$ZodRawIssue);
    const taken = issues.map(({ path: [name] }) => String(name)).find((name) => dataLike.has(name));
    if (taken === undefined) return;
    const message = `${taken} is the name of an assertion, and so are all keys here: this is read as matchers. To compare with such an object, write { equals: { ${taken}: … } }`;
    report({ code: 'custom', message, path: [...path], input: value });
  } else if (isJsonObject(value)) {
    for (const [key, item] of Object.entries(value)) checkMatcherMaps(item, [...path, key], report);
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (parent, step) =>
      typeof parent === 'object' && parent !== null
        ? (parent as Record<PropertyKey, unknown>)[step]
        : undefined,
    value,
  );
}

/** An issue about nothing but a whole `${...}`, whose value is known only later; its type is checked when it is there. */
function isDeferred(issue: z.core.$ZodIssue, root: unknown): boolean {
  const value = valueAt(root, issue.path);
  if (typeof value === 'string' && /^\$\{.*\}$/s.test(value)) return true;
  return (
    issue.code === 'invalid_union' &&
    issue.errors.some((branch) => branch.length > 0 && branch.every((inner) => isDeferred(inner, value)))
  );
}
