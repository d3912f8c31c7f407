import type { ErrorObject } from 'ajv';
import type { SchemaViolation } from './types.ts';

const violationLimit = 100;
const quoteLimitCharacters = 200;
const unions: ReadonlySet<string> = new Set(['anyOf', 'oneOf']);

/** Turns the compiler's errors into ours: the reasons why the branches of a union fail become part of its message. */
export function explainViolations(errors: readonly ErrorObject[]): SchemaViolation[] {
  const kept: ErrorObject[] = [];
  const branchReasons = new Map<ErrorObject, string[]>();
  for (const error of errors) {
    if (unions.has(error.keyword)) {
      const inBranch = (other: ErrorObject): boolean =>
        other.schemaPath.startsWith(`${error.schemaPath}/`) &&
        isWithin(other.instancePath, error.instancePath);
      let first = kept.length;
      while (first > 0 && inBranch(kept[first - 1]!)) first -= 1;
      const branches = kept.splice(first);
      branchReasons.set(
        error,
        branches.map((branch) => {
          const below = pathOf(branch).slice(error.instancePath.length);
          return `${below === '' ? '' : `${below} `}${messageOf(branch, branchReasons.get(branch))}`;
        }),
      );
    }
    // `if` only repeats that its `then` or `else` failed.
    if (error.keyword !== 'if') kept.push(error);
  }
  return kept.slice(0, violationLimit).map((error) => ({
    path: pathOf(error),
    message: messageOf(error, branchReasons.get(error)),
    keyword: error.keyword,
  }));
}

function isWithin(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}/`);
}

/** Names the member that is missing or too many instead of the object around it. */
function pathOf({ keyword, instancePath, params }: ErrorObject): string {
  const { missingProperty, additionalProperty, unevaluatedProperty, propertyName } = params as Record<
    string,
    unknown
  >;
  const member =
    (keyword === 'required' ? missingProperty : undefined) ??
    additionalProperty ??
    unevaluatedProperty ??
    (keyword === 'propertyNames' ? propertyName : undefined);
  return typeof member === 'string'
    ? `${instancePath}/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`
    : instancePath;
}

function messageOf(error: ErrorObject, branchReasons: readonly string[] | undefined): string {
  const params = error.params as Record<string, unknown>;
  const write = messages[error.keyword];
  const message = write === undefined ? (error.message ?? `breaks ${error.keyword}`) : write(params, error);
  if (branchReasons === undefined || branchReasons.length === 0) return message;
  return `${message} (${[...new Set(branchReasons)].join('; ')})`;
}

type MessageWriter = (params: Record<string, unknown>, error: ErrorObject) => string;

const messages: Readonly<Record<string, MessageWriter>> = {
  required: () => 'is missing',
  dependentRequired: ({ missingProperty, property }) =>
    `must have the member "${String(missingProperty)}" when "${String(property)}" is there`,
  dependencies: ({ missingProperty, property }) =>
    `must have the member "${String(missingProperty)}" when "${String(property)}" is there`,
  additionalProperties: () => 'is not allowed by the schema',
  unevaluatedProperties: () => 'is not allowed by the schema',
  'false schema': () => 'is not allowed by the schema',
  propertyNames: () => 'has a name that the schema does not allow',
  type: ({ type }, { data }) => `must be ${[type].flat().map(String).join(' or ')}, but is ${typeName(data)}`,
  enum: ({ allowedValues }, { data }) =>
    `must be one of ${(allowedValues as unknown[]).map(quote).join(', ')}, but is ${quote(data)}`,
  const: ({ allowedValue }, { data }) => `must be ${quote(allowedValue)}, but is ${quote(data)}`,
  format: ({ format }, { data }) => `must be in the format "${String(format)}", but is ${quote(data)}`,
  pattern: ({ pattern }, { data }) => `must match the pattern ${String(pattern)}, but is ${quote(data)}`,
  anyOf: () => 'matches none of the schemas in anyOf',
  oneOf: ({ passingSchemas }) =>
    passingSchemas === null
      ? 'matches none of the schemas in oneOf'
      : `matches more than one of the schemas in oneOf (those at ${(passingSchemas as number[]).join(' and ')})`,
  not: () => 'must not match the schema in not',
  uniqueItems: () => 'must not have two equal items',
};

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > quoteLimitCharacters ? `${text.slice(0, quoteLimitCharacters)}…` : text;
}
