import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findExpectationProblems } from './compile-expected.ts';
import { expectedSchema } from './expected.ts';
import { describeAssertions } from './reference.ts';
import { registry } from './registry.ts';

const issuesOf = (value: unknown) => expectedSchema.safeParse(value).error?.issues ?? [];
const placesOf = (value: unknown) => issuesOf(value).map((issue) => issue.path.join('.'));

describe('what is accepted', () => {
  it.each([
    { text: 'a' },
    { text: { contains: ['a', 'b'], not: { regex: 'c' }, string_length: { max: 9 } } },
    { json: { a: [1, null, { exists: false }], b: { equals: { exists: 1 } } } },
    {
      json: {
        n: { greater_than: '${first.json.n}' },
        m: { range: { min: '${low}', max: 3 } },
        o: { less_than: { value: '${n}' } },
      },
    },
    { error: {} },
    { error: { code: -32602, kind: 'protocol', message: { starts_with: 'a' } } },
    { schema: { type: 'object' } },
    { schema: './schemas/answer.json' },
    { snapshot: true },
    { snapshot: { ignore: ['$.result._meta', 'content[*].id'], replace: [{ pattern: '\\d+', with: 'N' }] } },
    {
      patterns: [
        {
          key: 'a["b.c"]',
          validation: { type: 'sorted', order: 'desc', by: 'id' },
          quantifier: { at_least: 2 },
        },
      ],
    },
    {
      patterns: [
        {
          key: 'a',
          validation: { type: 'not', validation: { unique: true } },
          required: false,
          message: 'm',
        },
      ],
    },
    {
      custom_scripts: [
        {
          script: 'check.py',
          params: { a: [1] },
          min_score: 0.5,
          expected_exit_code: 3,
          env: { A: 'b' },
          working_dir: '.',
        },
      ],
    },
    {
      is_error: true,
      allow_extra_fields: false,
      ignore_order: true,
      normalize_whitespace: true,
      case_sensitive: false,
      max_validation_errors: 3,
    },
  ])('%j', (value) => {
    expect(issuesOf(value)).toEqual([]);
    expect(expectedSchema.parse(value)).toEqual(value);
  });
});

describe('what is refused, and where', () => {
  it.each([
    [{ txt: 'a' }, ['']],
    [{ text: {} }, ['text']],
    [{ text: { contians: 'a' } }, ['text']],
    [{ text: 5 }, ['text']],
    [{ json: { a: { contains: 5 } } }, ['json.a.contains']],
    [{ json: [{ b: { not: { regex: 5 } } }] }, ['json.0.b.not']],
    [{ json: { a: { range: {} } } }, ['json.a', 'json.a.range']],
    [{ json: { a: { approx: { value: 1 } } } }, ['json.a.approx']],
    [{ json: { a: { boolean: false } } }, ['json.a', 'json.a.boolean']],
    [{ json: { a: { greater_than: 'x${y}' } } }, ['json.a.greater_than']],
    [{ error: { code: 1.5 } }, ['error.code']],
    [{ patterns: [{ key: 'a..b', validation: { type: 'exists' } }] }, ['patterns.0.key']],
    [{ patterns: [{ key: 'a', validation: { type: 'exist' } }] }, ['patterns.0.validation.type']],
    [{ patterns: [{ key: 'a', validation: { type: 'exists', value: 1 } }] }, ['patterns.0.validation']],
    [{ patterns: [{ key: 'a', validation: { type: 'range', min: 3, max: 1 } }] }, ['patterns.0.validation']],
    [{ patterns: [{ key: 'a', validation: { type: 'string_length' } }] }, ['patterns.0.validation']],
    [
      { patterns: [{ key: 'a', validation: { type: 'regex', pattern: 'a', flags: 'gx' } }] },
      ['patterns.0.validation.flags'],
    ],
    [
      { patterns: [{ key: 'a', validation: { type: 'matches', value: { b: { contains: 1 } } } }] },
      ['patterns.0.validation.value.b.contains'],
    ],
    [
      { patterns: [{ key: 'a', validation: { type: 'exists' }, quantifier: { at_least: 0 } }] },
      ['patterns.0.quantifier'],
    ],
    [{ custom_scripts: [{}] }, ['custom_scripts.0']],
    [{ custom_scripts: [{ inline: 'x' }] }, ['custom_scripts.0']],
    [{ custom_scripts: [{ script: 'a', inline: 'x', language: 'node' }] }, ['custom_scripts.0']],
    [{ max_validation_errors: 0 }, ['max_validation_errors']],
  ])('%j at %j', (value, places) => {
    const found = placesOf(value).map((place) => place);
    for (const place of places) expect(found.some((other) => other.startsWith(place))).toBe(true);
    expect(found.length).toBeGreaterThan(0);
  });

  it.each([
    ['exist', 'there is no validation type "exist"; did you mean exists?'],
    ['zzzzzz', expect.stringMatching(/^there is no validation type "zzzzzz"; known are exists, .*, not$/)],
    [undefined, expect.stringMatching(/^expected a validation with a type, one of exists, .*, not$/)],
  ])('names the validation types when the type is %j', (type, message) => {
    const pattern = { key: 'a', validation: type === undefined ? {} : { type } };
    expect(issuesOf({ patterns: [pattern] }).map((issue) => issue.message)).toEqual([message]);
  });

  it('tells how to write a literal whose keys are names of assertions', () => {
    expect(issuesOf({ json: { image: { format: 'png' } } }).map((issue) => issue.message)).toContain(
      'format is the name of an assertion, and so are all keys here: this is read as matchers. To compare with such an object, write { equals: { format: … } }',
    );
  });
});

describe('findExpectationProblems', () => {
  it('finds what only compiling shows', async () => {
    const expected = expectedSchema.parse({
      text: { regex: '(?=a)' },
      json: { a: { regex: '[' } },
      schema: './missing.json',
      patterns: [
        { key: '$.a', validation: { type: 'exists' } },
        { key: '$.a[', validation: { type: 'exists' } },
      ],
      snapshot: { ignore: ['a..b'], replace: [{ pattern: '(', with: '' }] },
    });
    const problems = await findExpectationProblems(expected, import.meta.dirname);
    expect(problems.map(({ configKey }) => configKey).sort()).toEqual([
      'expected.json',
      'expected.patterns[1]',
      'expected.schema',
      'expected.snapshot',
      'expected.snapshot',
      'expected.text',
    ]);
  });

  it('finds nothing in what is well', async () => {
    const expected = expectedSchema.parse({
      text: { regex: 'a' },
      schema: { type: 'string' },
      snapshot: true,
    });
    expect(await findExpectationProblems(expected, '.')).toEqual([]);
  });
});

describe('derived from the registry', () => {
  it('every assertion and every option has a description', () => {
    const reference = describeAssertions();
    expect(reference.map(({ name }) => name)).toEqual([...registry.keys()]);
    for (const { description, options } of reference) {
      expect(description).toMatch(/\.$/);
      for (const option of options) expect(option.description).not.toBe('');
    }
    expect(reference.find(({ name }) => name === 'sorted')).toMatchObject({
      flag: true,
      shorthand: 'order',
      options: [
        { name: 'order', type: '"asc" | "desc"', required: false },
        { name: 'by', type: 'string', required: false },
      ],
    });
  });

  it('becomes a JSON Schema that names every validation type', () => {
    const schema = z.toJSONSchema(expectedSchema, { io: 'input', target: 'draft-07' }) as unknown as {
      definitions: {
        Validation: { oneOf: { properties: { type: { const: string } } }[] };
        Matchers: { properties: object };
      };
    };
    const { Validation, Matchers } = schema.definitions;
    expect(Validation.oneOf.map(({ properties }) => properties.type.const)).toEqual([...registry.keys()]);
    expect(Object.keys(Matchers.properties)).toEqual([...registry.keys()]);
  });
});
