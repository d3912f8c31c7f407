import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json.ts';
import { formatKey, parseKey, selectPath } from './key.ts';
import { compileKey } from './select.ts';

const document: JsonValue = {
  result: { content: [{ type: 'text', text: 'a' }, { type: 'image' }], _meta: { 'odd.name': 1 }, note: null },
  json: { items: [{ id: 1 }, { id: 2 }], counts: { a: 1, b: 2 }, content: 'of json' },
  text: 'a',
  http: { status: 200, headers: { 'content-type': 'text/plain' } },
};

async function select(key: string, root: JsonValue = document) {
  const pending: Promise<void>[] = [];
  const problems: string[] = [];
  const selector = compileKey(key, {
    defer: (work) => pending.push(work()),
    problem: (message) => problems.push(message),
  });
  await Promise.all(pending);
  const { nodes, fault } = selector.select(root);
  return { values: nodes.map((node) => node.value), fault, problems, nothing: selector.explainNothing(root) };
}

describe('dotted paths', () => {
  it.each<[string, JsonValue[]]>([
    ['text', ['a']],
    ['result.content[0].text', ['a']],
    ['result.content[-1].type', ['image']],
    ['result.content.0.type', ['text']],
    ['result.content[*].type', ['text', 'image']],
    ['result._meta["odd.name"]', [1]],
    ["http.headers['content-type']", ['text/plain']],
    ['http.headers.content-type', ['text/plain']],
    ['json.counts.*', [1, 2]],
    ['json.counts[*]', []],
    ['result.note', [null]],
    ['result.note.deeper', []],
    ['nowhere', []],
  ])('%s', async (key, values) => {
    expect((await select(key)).values).toEqual(values);
  });

  it('looks a first segment that is unknown up in result, then in json', async () => {
    expect((await select('content[0].type')).values).toEqual(['text']);
    expect((await select('items[*].id')).values).toEqual([1, 2]);
    expect((await select('[1]', { json: ['x', 'y'] })).values).toEqual(['y']);
    expect((await select('[*]', { result: {}, json: ['x', 'y'] })).values).toEqual(['x', 'y']);
  });

  it.each([
    ['', 'the key is empty'],
    ['.a', 'the key ".a" begins with a dot'],
    ['a..b', 'a name is missing at character 3 in the key "a..b"'],
    ['a.', 'a name is missing at character 3 in the key "a."'],
    ['a[', 'a [ without ] at character 2 in the key "a["'],
    ['a]', 'a ] without [ at character 2 in the key "a]"'],
    ['a[x]', '"x" is neither an index nor * nor a quoted name, at character 2, in the key "a[x]"'],
    ['a["x]', 'an unfinished quoted name at character 2 in the key "a[\\"x]"'],
    ['a[0]b', 'a dot or a bracket is missing at character 5 in the key "a[0]b"'],
  ])('refuses %j', (key, fault) => {
    const parsed = parseKey(key);
    expect('fault' in parsed ? parsed.fault.replace(' in the key ""', '') : parsed).toBe(fault);
  });

  it.each([
    [
      'result.contnt',
      'in result there is no member "contnt" (there are: content, _meta, note; did you mean "content"?)',
    ],
    ['result.content[5]', 'in result.content the array has only 2 items'],
    ['items[0].name', 'in json.items[0] there is no member "name" (there are: id)'],
    ['result.note.x', 'in result.note null has no member "x"'],
    ['json.counts[*]', 'in json.counts there is nothing in it'],
  ])('explains why %s selects nothing', async (key, reason) => {
    expect((await select(key)).nothing).toBe(reason);
  });

  it('says where it has looked for an unknown first segment', async () => {
    expect((await select('txet')).nothing).toBe(
      'there is no member "txet" (there are: result, json, text, http; did you mean "text"?); in result there is no member "txet" (there are: content, _meta, note); in json there is no member "txet" (there are: items, counts, content)',
    );
  });

  it('writes a path as it would be read', () => {
    const segment = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.integer({ min: -99, max: 99 }),
      fc.constantFrom({ every: 'items' as const }, { every: 'members' as const }),
    );
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 6 }), (segments) => {
        expect(parseKey(formatKey(segments))).toEqual({ segments });
      }),
    );
  });

  it('selects only own members', () => {
    for (const name of ['constructor', 'toString', '__proto__', 'length']) {
      expect(selectPath([name], { a: 1 })).toEqual([]);
      expect(selectPath(['a', name], { a: [1] })).toEqual([]);
    }
  });
});

describe('JSONPath', () => {
  it.each<[string, JsonValue[]]>([
    ['$.json.items[?@.id > 1].id', [2]],
    ['$..id', [1, 2]],
    ["$.result.content[?match(@.type, 'te.t')].text", ['a']],
    ["$.result.content[?search(@.type, '^ima')].type", ['image']],
    ["$.result.content[?match(@.type, 'ima')]", []],
    ['$.result.note', [null]],
    ['$.nowhere', []],
  ])('%s', async (key, values) => {
    expect((await select(key)).values).toEqual(values);
  });

  it('reports a path that is not one', async () => {
    expect((await select('$.a[')).problems).toEqual([
      expect.stringContaining('$.a[ is not a valid JSONPath (RFC 9535): '),
    ]);
  });

  it('ends quickly on patterns that make backtracking engines run away', async () => {
    const evil = { items: [`${'a'.repeat(5000)}!`] };
    const begin = performance.now();
    expect((await select("$.items[?match(@, '(a+)+')]", evil)).values).toEqual([]);
    expect((await select("$.items[?search(@, '^(([a-z])+.)+[A-Z]$')]", evil)).values).toEqual([]);
    expect(performance.now() - begin).toBeLessThan(5000);
  });

  it('reports a value that is nested too deeply instead of failing', async () => {
    let deep: JsonValue = 1;
    for (let depth = 0; depth < 20_000; depth += 1) deep = [deep];
    const { values, fault } = await select('$..x', deep);
    expect(values).toEqual([]);
    expect(fault).toContain('the JSONPath could not be followed');
  });
});

describe('any key at all', () => {
  it('never throws', async () => {
    const alphabet = fc.constantFrom(
      '$',
      '.',
      '[',
      ']',
      '*',
      '"',
      "'",
      '?',
      '@',
      '(',
      ')',
      '0',
      '-',
      'a',
      'items',
      ' ',
      '..',
      '==',
      '&&',
      '\\',
      '__proto__',
    );
    const key = fc.oneof(
      fc.string(),
      fc.array(alphabet, { maxLength: 14 }).map((parts) => `$${parts.join('')}`),
      fc.array(alphabet, { maxLength: 14 }).map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(key, fc.jsonValue(), async (text, root) => {
        const { values, problems } = await select(text, root as JsonValue);
        expect(problems.length > 0 ? values.length : 0).toBe(0);
      }),
      { numRuns: 1000 },
    );
  });
});
