import { describe, expect, it } from 'vitest';
import { defaultKey, type KeyParts } from './default-key.ts';

const plain: KeyParts = {
  matrix: null,
  target: undefined,
  server: undefined,
  workingDirectory: '.',
  environment: undefined,
  parts: undefined,
  shard: undefined,
  filters: [],
};

describe('the key of a use of the Action', () => {
  it.each<[Partial<KeyParts>, string]>([
    [{}, 'default'],
    [{ target: 'mcp.yaml' }, 'mcp'],
    [{ matrix: { os: 'ubuntu-latest', node: 24 } }, '24 ubuntu-latest'],
    [{ parts: ['test', 'benchmark'] }, 'test+benchmark'],
    [{ target: 'a.yml', environment: 'staging', parts: ['audit'] }, 'a staging audit'],
  ])('of %j is readable', (parts, key) => {
    expect(defaultKey({ ...plain, ...parts })).toBe(key);
  });

  it('does not depend on the order in which a matrix names its values', () => {
    expect(defaultKey({ ...plain, matrix: { a: 1, b: 2 } })).toBe(
      defaultKey({ ...plain, matrix: { b: 2, a: 1 } }),
    );
  });

  it.each<[Partial<KeyParts>, Partial<KeyParts>]>([
    [{ filters: ['a b'] }, { filters: ['a', 'b'] }],
    [{ target: 'a/b.yaml' }, { target: 'a-b.yaml' }],
    [{ filters: ['é'.repeat(100)] }, { filters: ['é'.repeat(101)] }],
    [{ filters: ['***'] }, {}],
  ])('tells %j from %j', (one, other) => {
    expect(defaultKey({ ...plain, ...one })).not.toBe(defaultKey({ ...plain, ...other }));
  });

  it('is short whatever is filtered, and says nothing of a command', () => {
    const key = defaultKey({
      ...plain,
      server: 'node server.js --token hunter2',
      filters: ['x'.repeat(5000)],
    });
    expect(key.length).toBeLessThan(100);
    expect(key).not.toContain('hunter2');
  });
});
