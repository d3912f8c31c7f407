import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  baselineCacheKey,
  type BaselineEntry,
  type BaselineScope,
  keyPart,
  parseBaselineCacheKey,
  restorePrefixes,
} from './cache-key.ts';

const scope: BaselineScope = { key: 'default', os: 'Linux', arch: 'X64' };
const sha = 'a'.repeat(40);
const entry: BaselineEntry = { branch: 'main', sha, runId: '117', attempt: 1 };

describe('keys of baselines', () => {
  it('name what is looked for from the coarse to the fine', () => {
    expect(baselineCacheKey(scope, entry)).toBe(`mcp-test-harness-v1-default-Linux-X64-main-${sha}-117-1`);
  });

  it('of a further try say the same', () => {
    expect(baselineCacheKey(scope, entry, 2)).toBe(
      `mcp-test-harness-v1-default-Linux-X64-main-${sha}-117-1.2`,
    );
    expect(parseBaselineCacheKey(baselineCacheKey(scope, entry, 2))).toEqual(entry);
  });

  it('are looked for by commit, then by branch, branch after branch', () => {
    expect(restorePrefixes(scope, ['release', 'main'], [sha])).toEqual([
      `mcp-test-harness-v1-default-Linux-X64-release-${sha}-`,
      'mcp-test-harness-v1-default-Linux-X64-release-',
      `mcp-test-harness-v1-default-Linux-X64-main-${sha}-`,
      'mcp-test-harness-v1-default-Linux-X64-main-',
    ]);
  });

  it.each([
    ['main', /^main$/],
    ['v1.2', /^v1\.2$/],
    ['feature/x', /^feature_x\.[0-9a-f]{8}$/],
    ['main-2', /^main_2\.[0-9a-f]{8}$/],
    ['a,b', /^a_b\.[0-9a-f]{8}$/],
    ['', /^\.[0-9a-f]{8}$/],
    ['ü'.repeat(500), /^_{60}\.[0-9a-f]{8}$/],
  ])('write %j so that nothing forbidden is in it', (name, written) => {
    expect(keyPart(name)).toMatch(written);
  });

  const names = fc.string({ minLength: 0, maxLength: 300, unit: 'grapheme' });
  const scopes = fc.record({ key: names, os: fc.constant('Linux'), arch: fc.constantFrom('X64', 'ARM64') });
  const entries = fc.record({
    branch: names,
    sha: fc.constantFrom(sha, 'b'.repeat(40)),
    runId: fc.bigInt({ min: 1n, max: 10n ** 15n }).map(String),
    attempt: fc.integer({ min: 1, max: 100 }),
  });

  it('are allowed whatever the names: no comma, at most 512 characters', () => {
    fc.assert(
      fc.property(scopes, entries, (someScope, someEntry) => {
        const key = baselineCacheKey(someScope, someEntry);
        expect(key).toMatch(/^[A-Za-z0-9._-]{1,512}$/);
        expect(parseBaselineCacheKey(key)).toEqual({ ...someEntry, branch: keyPart(someEntry.branch) });
        expect(key.startsWith(restorePrefixes(someScope, [someEntry.branch], [])[0])).toBe(true);
      }),
    );
  });

  it('of one scope and branch are never found for another', () => {
    fc.assert(
      fc.property(scopes, scopes, entries, names, (one, other, someEntry, branch) => {
        fc.pre(JSON.stringify([one, someEntry.branch]) !== JSON.stringify([other, branch]));
        const key = baselineCacheKey(one, someEntry);
        expect(key.startsWith(restorePrefixes(other, [branch], [])[0])).toBe(false);
      }),
    );
    const main2 = baselineCacheKey(scope, { ...entry, branch: 'main-2' });
    expect(main2.startsWith(restorePrefixes(scope, ['main'], [])[0])).toBe(false);
  });

  it('that are not ours say nothing', () => {
    expect(parseBaselineCacheKey('node-cache-Linux-x64-npm-0123')).toBeUndefined();
  });
});
