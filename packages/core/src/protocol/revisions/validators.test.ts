import { describe, expect, it } from 'vitest';
import { supportedRevisions } from '../types.ts';
import { loadValidators } from './validators.ts';

const latest = await loadValidators('2025-11-25');
const messages = (violations: readonly { message: string }[]): string[] =>
  violations.map(({ message }) => message);

describe('results', () => {
  it.each(supportedRevisions)('%s accepts a sound answer to tools/call', async (revision) => {
    const validators = await loadValidators(revision);
    expect(
      validators.result('tools/call', {
        resultType: 'complete',
        content: [{ type: 'text', text: 'hi', extra: 1 }],
        unknown: true,
      }),
    ).toEqual([]);
  });

  it.each([
    ['tools/call', {}, ['content is missing']],
    ['tools/call', { content: 'hi' }, ['content must be an array, not a string']],
    ['tools/call', null, ['the result must be an object, not null']],
    ['initialize', { protocolVersion: '2025-11-25' }, ['capabilities is missing', 'serverInfo is missing']],
    ['tools/list', { tools: {} }, ['tools must be an array, not an object']],
  ])('%s answered by %j is unusable', (method, result, expected) => {
    const violations = latest.result(method, result);
    expect(messages(violations).sort()).toEqual(expected);
    expect(violations.every(({ vital }) => vital)).toBe(true);
  });

  it.each([
    [
      'tools/list',
      { tools: [{ name: 'a' }, { name: 'b', inputSchema: { type: 'object' } }] },
      ['tools[0].inputSchema is missing'],
    ],
    ['tools/list', { tools: [], nextCursor: null }, ['nextCursor must be a string, not null']],
    [
      'tools/call',
      { content: [{ type: 'video' }] },
      ['content[0].type "video" is not a kind of content in this revision'],
    ],
    ['tools/call', { content: [{ text: 'x' }] }, ['content[0].type is missing']],
    [
      'tools/call',
      { content: [{ type: 'image', data: '***', mimeType: 'image/png' }] },
      ['content[0].data is not base64: "***"'],
    ],
    ['resources/read', { contents: [{ uri: 'a:b' }] }, ['contents[0].text is missing']],
    [
      'resources/list',
      { resources: [{ name: 'n', uri: 'no scheme' }] },
      ['resources[0].uri is not a URI: "no scheme"'],
    ],
  ])('%s with a fault inside is usable and reported: %j', (method, result, expected) => {
    const violations = latest.result(method, result);
    expect(messages(violations)).toEqual(expected);
    expect(violations.some(({ vital }) => vital)).toBe(false);
  });

  it('reports one violation for one fault in a union', () => {
    const content = [{ type: 'text', text: 5 }];
    expect(messages(latest.result('tools/call', { content }))).toEqual([
      'content[0].text must be a string, not a number',
    ]);
  });

  it('knows content blocks by revision', async () => {
    const audio = { content: [{ type: 'audio', data: 'AAAA', mimeType: 'audio/wav' }] };
    expect((await loadValidators('2024-11-05')).result('tools/call', audio)).toHaveLength(1);
    expect((await loadValidators('2025-03-26')).result('tools/call', audio)).toEqual([]);
  });

  it('accepts a task in place of the result of a task-augmented call, from 2025-11-25 on', async () => {
    const result = {
      task: { taskId: 't', status: 'working', createdAt: 'now', lastUpdatedAt: 'now', ttl: null },
    };
    expect(latest.result('tools/call', result)).toEqual([]);
    expect((await loadValidators('2025-06-18')).result('tools/call', result)).not.toEqual([]);
  });

  it('does not judge methods that it does not know', () => {
    expect(latest.knowsResult('vendor/thing')).toBe(false);
    expect(latest.result('vendor/thing', 5)).toEqual([]);
  });
});

describe('messages of the server', () => {
  it.each([
    ['notifications/progress', { progressToken: 1 }, ['progress is missing']],
    ['notifications/message', { level: 'loud', data: 1 }, [expect.stringContaining('level must be one of')]],
    ['notifications/tools/list_changed', undefined, []],
    ['notifications/cancelled', undefined, []],
  ])('%s with %j', (method, params, expected) => {
    expect(messages(latest.notification(method, params))).toEqual(expected);
  });

  it('a cancelled request must be named before 2025-11-25', async () => {
    expect(
      messages((await loadValidators('2025-06-18')).notification('notifications/cancelled', {})),
    ).toEqual(['requestId is missing']);
  });

  it('judges a form by its fields and a URL request by its mode', () => {
    const form = {
      message: 'm',
      requestedSchema: { type: 'object', properties: { age: { type: 'string', minLength: 'x' } } },
    };
    expect(messages(latest.serverRequest('elicitation/create', form))).toEqual([
      'requestedSchema.properties.age.minLength must be an integer, not a string',
    ]);
    expect(
      latest.serverRequest('elicitation/create', {
        mode: 'url',
        message: 'm',
        elicitationId: '1',
        url: 'https://a.example',
      }),
    ).toEqual([]);
  });
});
