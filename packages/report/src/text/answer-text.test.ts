import { describe, expect, it } from 'vitest';
import { readHiddenTexts } from './answer-text.ts';

const answer = (result: object) => JSON.stringify({ jsonrpc: '2.0', id: 1, result });

describe('readHiddenTexts', () => {
  it.each([
    ['lines of a tool', { content: [{ type: 'text', text: 'one\ntwo' }] }, ['one\ntwo']],
    ['a resource', { contents: [{ uri: 'a:b', text: '# Title\n\nText' }] }, ['# Title\n\nText']],
    ['a prompt', { messages: [{ role: 'user', content: { type: 'text', text: 'a\nb' } }] }, ['a\nb']],
    ['JSON in a text', { content: [{ type: 'text', text: '{"a":1}' }] }, ['{"a":1}']],
    [
      'JSON that is structured content as well',
      { content: [{ type: 'text', text: '{"a":1}' }], structuredContent: { a: 1 } },
      [],
    ],
    ['one line', { content: [{ type: 'text', text: 'Echo: hello\n' }] }, []],
    ['an image', { content: [{ type: 'image', data: 'a\nb' }] }, []],
  ])('reads %s', (_, result, texts) => {
    expect(readHiddenTexts(answer(result))).toEqual(texts);
  });

  it.each([undefined, '', 'no JSON', '[]', '{"result":null}', '{"result":{"content":[null,1]}}'])(
    'finds nothing in %j',
    (response) => {
      expect(readHiddenTexts(response)).toEqual([]);
    },
  );
});
