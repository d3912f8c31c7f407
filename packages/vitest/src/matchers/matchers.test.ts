import { describe, expect, it } from 'vitest';
import '../index.ts';
import type { TextExpectation } from './types.ts';

const result = (text: string, more: object = {}) => ({ content: [{ type: 'text', text }], ...more });

/** The message of an assertion that fails. */
async function failureOf(assertion: Promise<void>): Promise<string> {
  return await assertion.then(
    () => '(it holds)',
    (error: unknown) => (error as Error).message,
  );
}

describe('toReturnText', () => {
  it.each<[TextExpectation | undefined, string]>([
    ['Hello, world', 'Hello, world'],
    [/hello/i, 'Hello, world'],
    [/o/g, 'Hello, world'],
    [{ starts_with: 'Hell', string_length: { max: 20 } }, 'Hello, world'],
    [expect.stringMatching(/^H/), 'Hello, world'],
    [undefined, ''],
  ])('takes %j for %j', async (expected, text) => {
    await expect(result(text)).toReturnText(expected);
    await expect(Promise.resolve(result(text))).toReturnText(expected);
    expect(await failureOf(expect(result(text)).not.toReturnText(expected))).not.toBe('(it holds)');
  });

  it.each<[TextExpectation, string]>([
    ['hello', 'expected text to equal "hello", got "Hello" (it differs only in case)'],
    [/^b/, 'expected text to match /^b/, got "Hello"'],
    [{ contains: ['b', 'H'] }, 'expected text to contain "b", "H", got "Hello" ("b" is not there)'],
    [expect.stringContaining('b'), 'expected text to equal StringContaining "b", got "Hello"'],
  ])('refuses "Hello" for %j', async (expected, message) => {
    expect(await failureOf(expect(result('Hello')).toReturnText(expected))).toContain(message);
    await expect(result('Hello')).not.toReturnText(expected);
  });

  it.each([[{ contians: 'b' }], [{ regex: '(' }], [{ string_length: { maximum: 1 } }]])(
    'gives no verdict on the faulty %j, with not neither',
    async (expected) => {
      for (const assertion of [
        expect(result('Hello')).toReturnText(expected),
        expect(result('Hello')).not.toReturnText(expected),
      ])
        expect(await failureOf(assertion)).toMatch(/^what the text is to be is faulty: /);
    },
  );

  it('joins the blocks of an answer, and knows when there is none', async () => {
    const two = { content: [...result('a').content, { type: 'image' }, ...result('b').content] };
    await expect(two).toReturnText('a\nb');
    expect(await failureOf(expect({ content: [] }).toReturnText())).toBe(
      'expected text, but the answer has none',
    );
  });

  it('shows the words of a server harmless', async () => {
    const message = await failureOf(expect(result('\u001B[2J\u202Ex')).toReturnText('a'));
    expect(message).not.toMatch(/[\u202E]/);
    expect(message).toContain('<U+202E>');
  });
});

describe('toReturnStructured', () => {
  const answer = result('', { structuredContent: { a: 1, b: { c: [1, 2] } } });

  it('compares as toEqual does', async () => {
    await expect(answer).toReturnStructured();
    await expect(answer).toReturnStructured({ a: 1, b: { c: [1, 2] } });
    await expect(answer).toReturnStructured({ a: expect.any(Number), b: expect.anything() });
    await expect(answer).not.toReturnStructured({ a: 1 });
  });

  it('does not take text for structure', async () => {
    expect(await failureOf(expect(result('{"a":1}')).toReturnStructured({ a: 1 }))).toBe(
      'expected structuredContent, but the answer has none',
    );
  });
});

describe('toMatchToolSchema', () => {
  const tool = { name: 't', inputSchema: {}, outputSchema: { type: 'object', required: ['id'] } };

  it('judges structuredContent by the schema of the tool', async () => {
    await expect(result('', { structuredContent: { id: 1 } })).toMatchToolSchema(tool);
    await expect(result('', { structuredContent: {} })).not.toMatchToolSchema(tool);
    expect(await failureOf(expect(result('a')).toMatchToolSchema(tool))).toBe(
      'expected structuredContent, since tool "t" has an outputSchema, but the answer has none',
    );
  });

  it('gives no verdict by a schema that is unusable', async () => {
    const odd = { ...tool, outputSchema: { type: 'objekt' } };
    const assertion = expect(result('', { structuredContent: {} })).not.toMatchToolSchema(odd);
    expect(await failureOf(assertion)).toMatch(/^the outputSchema of tool "t" is unusable: /);
  });
});

describe('toBeToolError', () => {
  const error = result('disk is full', { isError: true });

  it('looks at isError and its words', async () => {
    await expect(error).toBeToolError();
    await expect(error).toBeToolError('disk is full');
    await expect(error).not.toBeToolError(/memory/);
    await expect(result('fine')).not.toBeToolError();
    await expect(result('fine')).not.toBeToolError('fine');
  });
});

describe('toHaveNoProtocolFindings', () => {
  const finding = { rule: 'a.b', severity: 'warning', message: 'odd', count: 2, sample: '{ "x":\n 1 }' };

  it('lists what was found', async () => {
    expect(await failureOf(expect({ findings: [finding] }).toHaveNoProtocolFindings())).toBe(
      'expected no protocol findings, got 1:\n  warning a.b (2 times): odd\n    { "x": 1 }',
    );
  });

  it('leaves out what it is told to', async () => {
    await expect({ findings: [finding] }).toHaveNoProtocolFindings({ except: ['a.b'] });
    await expect({ findings: [finding] }).toHaveNoProtocolFindings({ warnings: false });
  });

  it.each([[undefined], [{}], ['text']])('takes no %j for a session', async (value) => {
    expect(await failureOf(expect(value).not.toHaveNoProtocolFindings())).toContain('looks at a session');
  });
});

describe('toRespondWithin', () => {
  it.each([
    [{ calls: 59, percentile: 95 }, 'p95 needs 60 calls'],
    [{ calls: 0 }, 'calls must be a whole number from 1'],
    [{ calls: 10, percentile: 100 }, 'percentile must lie between 0 and 100'],
  ])('refuses %j before anything is called', async (options, message) => {
    let called = 0;
    const call = () => (called += 1);
    expect(await failureOf(expect(call).toRespondWithin(1, options))).toContain(message);
    expect(called).toBe(0);
  });

  it('needs an answer whose time is known', async () => {
    expect(await failureOf(expect(result('a')).toRespondWithin(1))).toContain('no time is known');
    expect(await failureOf(expect(result('a')).toRespondWithin(1, { calls: 3 }))).toContain(
      'need a function',
    );
  });
});

describe('a matcher', () => {
  it('passes on what a call threw when it had no answer', async () => {
    const call = Promise.reject(new Error('the server exited'));
    expect(await failureOf(expect(call).not.toReturnText('a'))).toBe('the server exited');
  });
});
