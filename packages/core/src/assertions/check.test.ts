import { describe, expect, it } from 'vitest';
import { checkExpected } from './check.ts';
import { expectedSchema } from './expected.ts';
import { jsonSubject, judge, messagesOf, subjectOf, testContext, textSubject } from './testing/judge.ts';

const protocolError = subjectOf(undefined, { code: -32602, message: 'Invalid params', data: { name: 'q' } });
const toolError = textSubject('no such file', { isError: true });

describe('success is the default expectation', () => {
  it('holds for a success of which nothing is expected', async () => {
    expect(await judge(undefined, textSubject('fine'))).toEqual([]);
    expect(await judge({}, textSubject('fine'))).toEqual([]);
  });

  it('fails for a JSON-RPC error that was not asked for, and quotes it', async () => {
    expect(await judge(undefined, protocolError)).toEqual([
      {
        severity: 'failure',
        key: 'error',
        type: 'unexpected_error',
        message:
          'expected success, but the server answered with the JSON-RPC error -32602: "Invalid params", data { name: "q" }',
        configKey: '',
      },
    ]);
  });

  it('fails for a tool error that was not asked for, and says nothing else that follows from it', async () => {
    expect(await messagesOf({ text: 'content', json: { a: 1 } }, toolError)).toEqual([
      'expected success, but the tool reported an error (isError: true): "no such file"',
    ]);
  });

  it('is not given up by expectations that do not ask for the error', async () => {
    const patterns = [
      { key: 'error', validation: { type: 'not_exists' } },
      { key: 'error.code', validation: { type: 'exists' }, required: false },
      { key: 'error', validation: { type: 'exists' }, quantifier: 'none' },
      { key: 'error', validation: { type: 'not', validation: { exists: true } } },
      { key: '$..code', validation: { type: 'equals', value: -32602 } },
      { key: 'errors', validation: { type: 'exists' } },
      { key: 'is_error', validation: { type: 'equals', value: false } },
    ];
    for (const pattern of patterns) {
      expect(await messagesOf({ patterns: [pattern] }, protocolError)).toEqual([
        expect.stringContaining('expected success'),
      ]);
    }
  });

  it('tells the two kinds of error apart: asking for one does not excuse the other', async () => {
    const code = { patterns: [{ key: 'error.code', validation: { type: 'exists' } }] };
    const flag = { patterns: [{ key: 'is_error', validation: { type: 'equals', value: true } }] };
    expect(await judge(code, protocolError)).toEqual([]);
    expect(await judge(flag, toolError)).toEqual([]);
    expect(await messagesOf(code, toolError)).toEqual([expect.stringContaining('expected success')]);
    expect(await messagesOf(flag, protocolError)).toEqual([expect.stringContaining('expected success')]);
  });

  it.each(['error.message', '$.error.message', "$['error'].message", '["error"].message'])(
    'lets a pattern at %s judge the error',
    async (key) => {
      const pattern = { key, validation: { type: 'equals', value: 'Invalid params' } };
      expect(await judge({ patterns: [pattern] }, protocolError)).toEqual([]);
    },
  );
});

describe('expect_error, expected_error_code, expected_error_pattern', () => {
  it.each([protocolError, toolError])('expect_error takes both kinds', async (subject) => {
    expect(await judge(undefined, subject, { expectError: { any: true } })).toEqual([]);
  });

  it('fails when the answer is a success', async () => {
    expect(await judge(undefined, textSubject('fine'), { expectError: { any: true } })).toEqual([
      {
        severity: 'failure',
        key: 'error',
        type: 'expect_error',
        message: 'expected an error, but the answer is a success: "fine"',
        configKey: 'expect_error',
      },
    ]);
    const code = await judge(undefined, textSubject('fine'), { expectError: { any: false, code: -1 } });
    expect(code.map(({ configKey, message }) => [configKey, message])).toEqual([
      ['expected_error_code', 'expected the JSON-RPC error -1, but the answer is a success: "fine"'],
    ]);
  });

  it('a code wants a JSON-RPC error with that code', async () => {
    const expectError = { any: false, code: -32601 };
    expect(await messagesOf(undefined, protocolError, { expectError })).toEqual([
      'expected the JSON-RPC error -32601, but the server answered with the JSON-RPC error -32602: "Invalid params", data { name: "q" }',
    ]);
    expect(await messagesOf(undefined, toolError, { expectError })).toEqual([
      'expected the JSON-RPC error -32601, but the tool reported an error (isError: true): "no such file"',
    ]);
    expect(await judge(undefined, protocolError, { expectError: { any: true, code: -32602 } })).toEqual([]);
  });

  it('a pattern is looked for in the message, or in the text of a tool error', async () => {
    const expectError = { any: true, pattern: '^no such (file|directory)$' };
    expect(await judge(undefined, toolError, { expectError })).toEqual([]);
    expect(await messagesOf(undefined, protocolError, { expectError })).toEqual([
      'expected the error message to match the pattern /^no such (file|directory)$/, got "Invalid params"',
    ]);
  });

  it('fails for an invalid pattern', async () => {
    const found = await judge(undefined, toolError, { expectError: { any: true, pattern: '(' } });
    expect(found).toEqual([
      expect.objectContaining({ type: 'invalid_expectation', configKey: 'expected_error_pattern' }),
    ]);
  });

  it('still holds the answer to the rest', async () => {
    const found = await messagesOf({ text: { contains: 'denied' } }, toolError, {
      expectError: { any: true },
    });
    expect(found).toEqual(['expected text to contain "denied", got "no such file"']);
  });

  it('expect_error: false asks for nothing', async () => {
    expect(await judge(undefined, textSubject('fine'), { expectError: { any: false } })).toEqual([]);
  });
});

describe('error and is_error', () => {
  it.each([
    [{}, protocolError],
    [{}, toolError],
    [{ code: -32602, message: 'Invalid params', kind: 'protocol' }, protocolError],
    [{ kind: 'tool', message: { contains: 'file' } }, toolError],
  ])('error: %j holds', async (error, subject) => {
    expect(await judge({ error }, subject)).toEqual([]);
  });

  it.each([
    [{}, textSubject('fine'), 'expected an error, but the answer is a success: "fine"', 'expected.error'],
    [
      { kind: 'tool' },
      protocolError,
      'expected a tool error (isError: true), but the server answered with the JSON-RPC error -32602: "Invalid params", data { name: "q" }',
      'expected.error.kind',
    ],
    [
      { kind: 'protocol' },
      toolError,
      'expected a JSON-RPC error, but the tool reported an error (isError: true): "no such file"',
      'expected.error.kind',
    ],
    [
      { code: 1 },
      toolError,
      'expected a JSON-RPC error with the code 1, but the tool reported an error (isError: true): "no such file"',
      'expected.error.code',
    ],
    [
      { code: 1 },
      protocolError,
      'expected the JSON-RPC error 1, but the server answered with the JSON-RPC error -32602: "Invalid params", data { name: "q" }',
      'expected.error.code',
    ],
    [
      { message: 'invalid params' },
      protocolError,
      'expected error.message to equal "invalid params", got "Invalid params" (it differs only in case)',
      'expected.error.message',
    ],
    [
      { message: { regex: '^x' } },
      toolError,
      'expected error.message to match the pattern /^x/, got "no such file"',
      'expected.error.message.regex',
    ],
  ])('error: %j', async (error, subject, message, configKey) => {
    const found = await judge({ error }, subject);
    expect(found.map((failure) => [failure.message, failure.configKey])).toEqual([[message, configKey]]);
  });

  it('is_error: true wants a tool error, not a JSON-RPC error', async () => {
    expect(await judge({ is_error: true }, toolError)).toEqual([]);
    expect(await messagesOf({ is_error: true }, protocolError)).toEqual([
      expect.stringContaining('expected a tool error'),
    ]);
    expect(await messagesOf({ is_error: true }, textSubject('x'))).toEqual([
      'expected a tool error (isError: true), but the answer is a success: "x"',
    ]);
    expect(await judge({ is_error: false }, textSubject('x'))).toEqual([]);
    expect(await judge({ is_error: false }, toolError)).toHaveLength(1);
  });
});

describe('text', () => {
  it('a string is the whole text', async () => {
    expect(await judge({ text: 'Echo: hello' }, textSubject('Echo: hello'))).toEqual([]);
    expect(await judge({ text: 'Echo: hello' }, textSubject('Echo: helo'))).toEqual([
      {
        severity: 'failure',
        key: 'text',
        type: 'equals',
        message: 'expected text to equal "Echo: hello", got "Echo: helo"',
        expected: '"Echo: hello"',
        actual: '"Echo: helo"',
        configKey: 'expected.text',
      },
    ]);
  });

  it('all matchers of a map have to hold, and each that does not is named with its place', async () => {
    const found = await judge(
      { text: { string_length: 1, contains: 'x', starts_with: 'a' } },
      textSubject('abc'),
    );
    expect(found.map(({ type, configKey, message }) => [type, configKey, message])).toEqual([
      [
        'string_length',
        'expected.text.string_length',
        'expected text to have exactly 1 character, got 3 characters: "abc"',
      ],
      ['contains', 'expected.text.contains', 'expected text to contain "x", got "abc"'],
    ]);
  });

  it('shows a diff for more than one line', async () => {
    const [failure] = await judge({ text: 'one\ntwo\nthree' }, textSubject('one\n2\nthree'));
    expect(failure?.diff).toMatchInlineSnapshot(`
      "--- expected
      +++ actual
      @@ -1,3 +1,3 @@
       one
      -two
      +2
       three"
    `);
  });

  it('says that there is no text', async () => {
    expect(await messagesOf({ text: 'a' }, subjectOf({ content: [] }))).toEqual([
      'expected text to equal "a", but the answer has no text content',
    ]);
  });

  it('cuts what is long, and says where it differs', async () => {
    const [message = ''] = await messagesOf(
      { text: `${'a'.repeat(5000)}b` },
      textSubject(`${'a'.repeat(5000)}c`),
    );
    expect(message).toContain('… (5001 characters), got "aaa');
    expect(message).toContain('the first difference is at line 1, column 5001');
    expect(message.length).toBeLessThan(700);
  });
});

describe('json', () => {
  it('is a partial deep match with matchers anywhere', async () => {
    const json = { items: [{ id: 1, tags: ['a', 'b'] }, { id: 2 }], total: 2, at: '2024-01-01T00:00:00Z' };
    const template = {
      items: [
        { id: { integer: true }, tags: { array_contains: 'b' } },
        { id: { greater_than: 1, less_than: 3 } },
      ],
      at: { format: 'date-time' },
      next: { exists: false },
    };
    expect(await judge({ json: template }, jsonSubject(json))).toEqual([]);
  });

  it('points to the key of the configuration below which a member misses', async () => {
    const found = await judge(
      { json: { a: { b: [1, { min: { at_least: 1 } }] }, c: { less_than: 1 } } },
      jsonSubject({ a: { b: [2, {}] }, c: 5 }),
    );
    expect(found.map(({ key, type, configKey }) => [key, type, configKey])).toEqual([
      ['json.a.b[0]', 'matches', 'expected.json.a.b[0]'],
      ['json.a.b[1].min', 'matches', 'expected.json.a.b[1].min'],
      ['json.c', 'less_than', 'expected.json.c.less_than'],
    ]);
  });

  it('takes a literal that looks like matchers under equals', async () => {
    const image = { format: 'png', range: { min: 1 } };
    expect(await judge({ json: { image: { equals: image } } }, jsonSubject({ image }))).toEqual([]);
    expect(
      await judge({ json: { image: { equals: { contains: 1 } } } }, jsonSubject({ image: { contains: 1 } })),
    ).toEqual([]);
  });

  it('explains a misspelt matcher', async () => {
    expect(await messagesOf({ json: { name: { contians: 'x' } } }, jsonSubject({ name: 'xy' }))).toEqual([
      'expected json.name to match { contians: "x" }, got "xy" (a string) ("contians" is no assertion; did you mean contains?)',
    ]);
  });

  it('arrays have the length of the template', async () => {
    expect(await messagesOf({ json: [1] }, jsonSubject([1, 2]))).toEqual([
      'expected json to have 1 item, got 2: [1, 2]',
    ]);
  });

  it('suggests the member that was probably meant', async () => {
    expect(await messagesOf({ json: { total: 1 } }, jsonSubject({ totl: 1, items: [] }))).toEqual([
      'expected json.total to equal 1, but there is no member "total" (there are: totl, items; did you mean "totl"?)',
    ]);
  });

  it('reads text that is JSON, and says when it is not', async () => {
    expect(await judge({ json: { a: 1 } }, textSubject('{"a":1}'))).toEqual([]);
    expect(await messagesOf({ json: { a: 1 } }, textSubject('a: 1'))).toEqual([
      'expected json to match { a: 1 }, but the answer has no structuredContent and its text is not JSON: "a: 1"',
    ]);
    expect(await messagesOf({ json: 1 }, subjectOf({ content: [] }))).toEqual([
      'expected json to equal 1, but the answer has neither structuredContent nor text',
    ]);
  });

  it('never follows the prototype', async () => {
    expect(await judge({ json: { constructor: { exists: true } } }, jsonSubject({}))).toHaveLength(1);
    expect(await judge({ json: { toString: { exists: false } } }, jsonSubject({}))).toEqual([]);
  });
});

describe('options', () => {
  it('allow_extra_fields: false', async () => {
    const expected = { json: { a: { b: 1 } }, allow_extra_fields: false };
    expect(await judge(expected, jsonSubject({ a: { b: 1 } }))).toEqual([]);
    expect(await messagesOf(expected, jsonSubject({ a: { b: 1, c: 2 } }))).toEqual([
      'expected json.a.c not to be there, as allow_extra_fields is false, got 2',
    ]);
  });

  it('ignore_order finds a pairing even where a greedy choice would not', async () => {
    const expected = { json: [{ greater_than: 0 }, { equals: 5 }], ignore_order: true };
    expect(await judge(expected, jsonSubject([5, 1]))).toEqual([]);
    expect(await messagesOf(expected, jsonSubject([1, 2]))).toEqual([
      'expected json to contain, in any order, an item to equal 5, but no item that is left over does: [1, 2]',
    ]);
    expect(
      await judge({ json: ['b', 'a', 'a'], ignore_order: true }, jsonSubject(['a', 'b', 'b'])),
    ).toHaveLength(1);
    expect(
      await judge(
        { json: { a: { equals: [[2, 1], 0] } }, ignore_order: true },
        jsonSubject({ a: [0, [1, 2]] }),
      ),
    ).toEqual([]);
  });

  it('normalize_whitespace and case_sensitive: false', async () => {
    const subject = textSubject('  Hello\n\t World ');
    expect(await judge({ text: 'Hello World' }, subject)).toHaveLength(1);
    expect(await judge({ text: 'Hello World', normalize_whitespace: true }, subject)).toEqual([]);
    expect(
      await judge({ text: 'hello world', normalize_whitespace: true, case_sensitive: false }, subject),
    ).toEqual([]);
    expect(await judge({ text: { regex: 'hello' }, case_sensitive: false }, subject)).toEqual([]);
    expect(await judge({ json: { a: ['X'] }, case_sensitive: false }, jsonSubject({ a: ['x'] }))).toEqual([]);
  });

  it('max_validation_errors shortens the list, never the verdict', async () => {
    const json = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`k${index}`, index]));
    const wrong = jsonSubject(Object.fromEntries(Object.keys(json).map((key) => [key, -1])));
    const byDefault = await judge({ json }, wrong);
    expect(byDefault).toHaveLength(21);
    expect(byDefault.at(-1)).toMatchObject({
      severity: 'failure',
      message: '10 more did not hold and are not shown (max_validation_errors is 20)',
    });
    expect(await judge({ json, max_validation_errors: 1 }, wrong)).toHaveLength(2);
    expect(await judge({ json, max_validation_errors: 100 }, wrong)).toHaveLength(30);
  });
});

describe('patterns', () => {
  const subject = jsonSubject({ items: [{ id: 1 }, { id: 2 }, { id: 3 }] });
  const ids = (validation: object, quantifier?: unknown) => ({
    patterns: [{ key: 'items[*].id', validation, ...(quantifier === undefined ? {} : { quantifier }) }],
  });

  it.each([
    [{ type: 'greater_than', value: 0 }, 'all'],
    [{ type: 'greater_than', value: 2 }, 'any'],
    [{ type: 'greater_than', value: 3 }, 'none'],
    [{ type: 'greater_than', value: 1 }, { at_least: 2 }],
  ])('%j with the quantifier %j holds', async (validation, quantifier) => {
    expect(await judge(ids(validation, quantifier), subject)).toEqual([]);
  });

  it.each([
    [
      { type: 'greater_than', value: 1 },
      undefined,
      'expected all 3 values of items[*].id to be greater than 1, but 1 does not: json.items[0].id is 1',
    ],
    [
      { type: 'greater_than', value: 9 },
      'any',
      'expected any of the 3 values of items[*].id to be greater than 9, but none does: json.items[0].id is 1, json.items[1].id is 2, json.items[2].id is 3',
    ],
    [
      { type: 'greater_than', value: 2 },
      'none',
      'expected none of the 3 values of items[*].id to be greater than 2, but 1 does: json.items[2].id is 3',
    ],
    [
      { type: 'greater_than', value: 2 },
      { at_least: 2 },
      'expected at least 2 of the 3 values of items[*].id to be greater than 2, but only 1 does; those that do not: json.items[0].id is 1, json.items[1].id is 2',
    ],
  ])('%j with the quantifier %j says which values decided', async (validation, quantifier, message) => {
    expect(await messagesOf(ids(validation, quantifier), subject)).toEqual([message]);
  });

  it.each(['all', 'any', 'none', { at_least: 1 }])(
    'selecting nothing fails with the quantifier %j',
    async (quantifier) => {
      const expected = {
        patterns: [{ key: 'items[*].nmae', validation: { type: 'equals', value: 1 }, quantifier }],
      };
      expect(await messagesOf(expected, subject)).toEqual([
        'expected items[*].nmae to equal 1, but in json.items[*] there is no member "nmae" (there are: id)',
      ]);
    },
  );

  it('required: false makes a warning of it, message stands in front', async () => {
    const found = await judge(
      {
        patterns: [{ key: 'items', validation: { type: 'null' }, required: false, message: 'list is empty' }],
      },
      subject,
    );
    expect(found.map(({ severity, message }) => [severity, message])).toEqual([
      ['warning', 'list is empty: expected items to be null, got [{ id: 1 }, { id: 2 }, { id: 3 }]'],
    ]);
  });

  it('an unusable expectation never holds', async () => {
    const subjects = [subject, jsonSubject({ items: [{ id: 'x' }] })];
    for (const [key, validation] of [
      ['$.json.items[?', { type: 'exists' }],
      ['items', { type: 'not', validation: { regex: '(' } }],
      ['items', { type: 'schema', schema: './no-such-schema.json' }],
      ['items', { type: 'schema', schema: { type: 'nonsense' } }],
      ['items', { type: 'unique', by: 'a..b' }],
    ] as const) {
      for (const each of subjects) {
        const found = await judge({ patterns: [{ key, validation }] }, each);
        expect(found).toEqual([
          expect.objectContaining({ type: 'invalid_expectation', severity: 'failure' }),
        ]);
      }
    }
  });

  it('options that were filled in with another type never hold by accident', async () => {
    for (const validation of [
      { type: 'numeric', min_value: 'x' },
      { type: 'less_than', value: '9' },
      { type: 'array_length', max: 'many' },
      { type: 'one_of', values: null },
      { type: 'no_such_type' },
    ]) {
      const expected = { patterns: [{ key: 'items[0].id', validation }] };
      const found = await checkExpected(expected, subject, testContext);
      expect(found).toEqual([expect.objectContaining({ type: 'invalid_expectation' })]);
    }
  });
});

describe('patterns that make backtracking engines run away', () => {
  it.each(['^(a+)+$', '(a|aa)+$', '^(([a-z])+.)+[A-Z]([a-z])+$', '(.*)*x(.*)*y'])(
    '%s ends quickly',
    async (regex) => {
      const begin = performance.now();
      expect(await judge({ text: { regex } }, textSubject(`${'a'.repeat(20_000)}!`))).toHaveLength(1);
      expect(performance.now() - begin).toBeLessThan(5000);
    },
  );
});

describe('the fast path', () => {
  it('answers plain forms without a promise, from the second use on also those with a pattern', async () => {
    const plain = expectedSchema.parse({ text: { contains: 'a' }, json: 1, is_error: false });
    expect(checkExpected(plain, textSubject('1'), testContext)).toHaveLength(1);
    const regex = expectedSchema.parse({ text: { regex: 'a' } });
    await checkExpected(regex, textSubject('a'), testContext);
    expect(checkExpected(regex, textSubject('a'), testContext)).toEqual([]);
  });
});
