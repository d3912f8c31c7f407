/** The part that loads Ajv; import it dynamically. */
import { Ajv, type Options, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonValue } from '../json.ts';
import { explainViolations } from './explain-violation.ts';
import { stepKeyword, type PreparedSchema } from './prepare-schema.ts';
import { safeFormats } from './safe-formats.ts';
import { createPatternEngine } from './schema-patterns.ts';
import type { SchemaDialect, SchemaViolation } from './types.ts';
import { findDuplicate } from './unique-items.ts';

/** How many references one validation may follow: far above honest use, and well under a second. */
const stepLimit = 1_000_000;

class WorkLimitError extends Error {}

const none: readonly SchemaViolation[] = Object.freeze([]);
const metaValidators = new Map<SchemaDialect, ValidateFunction>();
const classes = { 'draft-07': Ajv, '2020-12': Ajv2020 };
const metaSchemas: Readonly<Record<SchemaDialect, string>> = {
  'draft-07': 'http://json-schema.org/draft-07/schema',
  '2020-12': 'https://json-schema.org/draft/2020-12/schema',
};
const baseOptions: Options = {
  strict: false,
  logger: false,
  allErrors: true,
  verbose: true,
  ownProperties: true,
};

/** The faults of a schema by the rules of its draft. */
export async function findSchemaFaults({ dialect, schema }: PreparedSchema): Promise<string[]> {
  let check = metaValidators.get(dialect);
  if (check === undefined) {
    // Native patterns are safe here: those of the drafts' own schemas take linear time.
    check = new classes[dialect]({ ...baseOptions, formats: safeFormats() }).getSchema(metaSchemas[dialect])!;
    metaValidators.set(dialect, check);
  }
  if (check(schema)) return [];
  const faults = explainViolations(check.errors ?? []).map(
    ({ path, message }) => `the schema is not valid ${dialect}: ${path === '' ? 'it' : path} ${message}`,
  );
  return [...new Set(faults)];
}

/**
 * @throws whatever Ajv throws for a schema that it cannot compile: a reference that leads nowhere, say
 */
export async function createValidator(
  prepared: PreparedSchema,
): Promise<{ validate: (value: unknown) => readonly SchemaViolation[]; uncheckable: readonly string[] }> {
  const patterns = await createPatternEngine(prepared);
  const usesMetaSchema = prepared.references.some((reference) => reference.includes('json-schema.org/'));
  let steps = 0;
  const ajv = new classes[prepared.dialect]({
    ...baseOptions,
    meta: usesMetaSchema,
    validateSchema: false,
    inlineRefs: false,
    multipleOfPrecision: 9,
    formats: safeFormats(),
    code: { regExp: patterns.regExp },
  });
  ajv.addKeyword({
    keyword: stepKeyword,
    errors: false,
    validate: () => {
      steps += 1;
      if (steps > stepLimit) throw new WorkLimitError();
      return true;
    },
  });
  replaceUniqueItems(ajv);
  const check = ajv.compile(prepared.schema as JsonValue & object);

  const findErrors = (value: unknown): readonly SchemaViolation[] => {
    steps = 0;
    try {
      return check(value) ? none : explainViolations(check.errors ?? []);
    } catch (error) {
      if (!(error instanceof WorkLimitError) && !(error instanceof RangeError)) throw error;
      const reason =
        error instanceof WorkLimitError
          ? `after following ${stepLimit} references`
          : 'by too deep a recursion';
      return [
        {
          path: '',
          message: `could not be checked: the schema or the value stopped it ${reason}`,
          keyword: 'work-limit',
        },
      ];
    }
  };
  const validate = (value: unknown): readonly SchemaViolation[] => {
    if (patterns.propertiesAreUncheckable) return none;
    const violations = findErrors(value);
    if (violations.length === 0 || patterns.uncheckable.length === 0) return violations;
    // Only what fails whichever way the uncheckable patterns might go is a violation.
    const assumed = patterns.withUnmatched(() => findErrors(value));
    return assumed.length === 0 ? none : violations;
  };
  return { validate, uncheckable: patterns.uncheckable };
}

/** Ajv compares all pairs of items; ours looks at each once. */
function replaceUniqueItems(ajv: Ajv | Ajv2020): void {
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must not have two equal items' },
    validate: (isOn: boolean, items: readonly unknown[]) => !isOn || findDuplicate(items) === undefined,
  });
}
