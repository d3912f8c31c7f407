import { describe, expect, it } from 'vitest';
import { missesCoverage } from './judge-coverage.ts';
import { coverLists, totalCoverage, unionCoverage } from './measure-coverage.ts';
import { mergeCoverage } from './merge-coverage.ts';
import type { ListCoverage, RunCoverage } from './types.ts';
import { UsedFeatures } from './used-features.ts';

const used = (...requests: readonly (readonly [string, Record<string, string>])[]): UsedFeatures => {
  const features = new UsedFeatures();
  for (const [method, params] of requests) features.note(method, params);
  return features;
};

const tools = (exercised: readonly string[], uncovered: readonly string[]): ListCoverage => ({
  kind: 'tools',
  exercised,
  uncovered,
});

const unread: ListCoverage = { kind: 'tools', exercised: [], uncovered: [], notMeasured: 'silence' };

const run = (lists: readonly ListCoverage[], more: Partial<RunCoverage> = {}): RunCoverage =>
  totalCoverage([{ server: 's', lists }], { leftOutTests: 0, minPercent: undefined, ...more });

describe('coverLists', () => {
  it('counts a tool that was called, a resource that was read, a prompt that was got', () => {
    const requests = used(
      ['tools/call', { name: 'add' }],
      ['resources/read', { uri: 'demo://a' }],
      ['prompts/get', { name: 'greet' }],
    );
    const lists = coverLists(
      [
        { kind: 'tools', names: ['add', 'sub'] },
        { kind: 'resources', names: ['demo://a', 'demo://b'] },
        { kind: 'prompts', names: ['greet', 'part'] },
      ],
      requests,
    );
    expect(lists.map(({ exercised, uncovered }) => [exercised, uncovered])).toEqual([
      [['add'], ['sub']],
      [['demo://a'], ['demo://b']],
      [['greet'], ['part']],
    ]);
  });

  it('counts a template when a URI was read that it expands to', () => {
    const lists = coverLists(
      [{ kind: 'resource-templates', names: ['demo://text/{id}', 'demo://blob/{id}'] }],
      used(['resources/read', { uri: 'demo://text/7' }]),
    );
    expect(lists).toEqual([
      { kind: 'resource-templates', exercised: ['demo://text/{id}'], uncovered: ['demo://blob/{id}'] },
    ]);
  });

  it.each([
    ['listing', ['tools/list', { name: 'add' }]],
    ['completing', ['completion/complete', { name: 'add' }]],
    ['a prompt of the same name', ['prompts/get', { name: 'add' }]],
    ['an inherited name', ['constructor', { name: 'add' }]],
  ] as const)('does not count %s', (_what, request) => {
    expect(coverLists([{ kind: 'tools', names: ['add'] }], used(request))).toEqual([tools([], ['add'])]);
  });

  it('says why a list could not be read', () => {
    expect(coverLists([{ kind: 'tools', notRead: 'silence' }], used())).toEqual([unread]);
  });
});

describe('unionCoverage', () => {
  it('takes as used what anybody used, and keeps servers apart', () => {
    const parts = [
      { server: 's', lists: [tools(['a'], ['b', 'c'])] },
      { server: 's', lists: [tools(['b'], ['a', 'c'])] },
      { server: 'other', lists: [tools([], ['a'])] },
    ];
    expect(unionCoverage(parts)).toEqual([
      { server: 's', lists: [tools(['a', 'b'], ['c'])] },
      { server: 'other', lists: [tools([], ['a'])] },
    ]);
  });

  it('believes the one who could measure', () => {
    const parts = [
      { server: 's', lists: [], notMeasured: 'crashed' },
      { server: 's', lists: [unread] },
      { server: 's', lists: [tools(['a'], [])] },
    ];
    expect(unionCoverage(parts)).toEqual([{ server: 's', lists: [tools(['a'], [])] }]);
    expect(unionCoverage(parts.slice(0, 2))).toEqual([{ server: 's', lists: [unread] }]);
    expect(unionCoverage(parts.slice(0, 1))).toEqual(parts.slice(0, 1));
    expect(unionCoverage([...parts.slice(0, 1), { server: 's', lists: [] }])).toEqual([
      { server: 's', lists: [] },
    ]);
  });
});

describe('missesCoverage', () => {
  const half = run([tools(['a'], ['b'])]);
  it.each([
    ['nothing is required', half, undefined, false],
    ['exactly what is required was used', { ...half, minPercent: 50 }, undefined, false],
    ['less was used', { ...half, minPercent: 50.1 }, undefined, true],
    ['the whole is judged later', { ...half, minPercent: 90 }, { count: 3 }, false],
    ['the one shard is the whole', { ...half, minPercent: 90 }, { count: 1 }, true],
    ['nothing is listed', run([], { minPercent: 100 }), undefined, false],
    ['a list could not be read', run([tools(['a'], []), unread], { minPercent: 10 }), undefined, true],
    ['nothing need be used', run([unread], { minPercent: 0 }), undefined, false],
  ])('when %s', (_what, coverage, shard, expected) => {
    expect(missesCoverage({ coverage, shard })).toBe(expected);
  });

  it('compares without rounding: two of three are 66.6 %, not 66.7 %', () => {
    const thirds = run([tools(['a', 'b'], ['c'])]);
    expect(missesCoverage({ coverage: { ...thirds, minPercent: 66.6 } })).toBe(false);
    expect(missesCoverage({ coverage: { ...thirds, minPercent: 66.7 } })).toBe(true);
  });
});

describe('mergeCoverage', () => {
  it('joins shards: what any used, the strictest requirement, the same filter', () => {
    const shard = (exercised: string, uncovered: string, minPercent: number) => ({
      coverage: run([tools([exercised], [uncovered])], { leftOutTests: 2, minPercent }),
      shard: {},
      plannedTests: 1,
    });
    expect(mergeCoverage([shard('a', 'b', 50), shard('b', 'a', 80)])).toMatchObject({
      listed: 2,
      exercised: 2,
      percent: 100,
      minPercent: 80,
      leftOutTests: 2,
    });
  });

  it.each([
    ['make up the whole', [3, 2], 0],
    ['leave some out still', [3, 1], 1],
  ])('of parts with filters of their own says whether they %s', (_what, planned, leftOut) => {
    const all = 5;
    const parts = planned.map((plannedTests) => ({
      coverage: run([tools(['a'], [])], { leftOutTests: all - plannedTests }),
      plannedTests,
    }));
    expect(mergeCoverage(parts)?.leftOutTests).toBe(leftOut);
  });

  it('is nothing when no result has any', () => {
    expect(mergeCoverage([{ plannedTests: 1 }])).toBeUndefined();
  });
});
