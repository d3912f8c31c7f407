import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Revision } from '../protocol/types.ts';
import { expandRevisions } from './expand-revisions.ts';
import { resolveDependencies } from './resolve-dependencies.ts';
import { arbitrarySuites } from './testing/arbitrary-suites.ts';
import { plannedSuite, plannedTest } from './testing/suites.ts';
import type { Plan, PlannedServer, PlannedSuite } from './types.ts';

const server = (name: string, everyRevision: boolean): PlannedServer => ({
  name,
  configuredName: name,
  key: name,
  session: { name, command: 'node', protocolVersion: 'latest' },
  everyRevision,
  autoRestart: true,
  maxRestarts: 3,
  location: undefined,
});

const planOf = (suites: readonly PlannedSuite[]): Plan => ({
  configFile: undefined,
  baseDir: '/',
  environment: undefined,
  shard: undefined,
  servers: [server('server', true), server('pinned', false)],
  suites,
  maxConcurrency: 4,
  timeoutMs: 1000,
  failFast: false,
  protocolChecks: 'warn',
  secrets: [],
  testCount: suites.reduce((sum, { tests }) => sum + tests.length, 0),
  leftOutTests: 0,
  warnings: [],
});

const two: readonly Revision[] = ['2025-11-25', '2026-07-28'];
const expand = (suites: readonly PlannedSuite[], revisions = two): Plan =>
  expandRevisions(planOf(suites), new Map([['server', revisions]]));

const old = (name: string): string => `${name} [protocol=2025-11-25]`;
const next = (name: string): string => `${name} [protocol=2026-07-28]`;

describe('expandRevisions', () => {
  it('gives each revision suites, tests and a server of its own', () => {
    const { suites, servers, testCount } = expand([plannedSuite('s', [plannedTest('s/t [a=1]')])]);
    expect(suites.map(({ name, server: on }) => [name, on])).toEqual([
      [old('s'), old('server')],
      [next('s'), next('server')],
    ]);
    expect(suites.flatMap(({ tests }) => tests.map(({ id, suite }) => [id, suite]))).toEqual([
      [`${old('s')}/t [a=1]`, old('s')],
      [`${next('s')}/t [a=1]`, next('s')],
    ]);
    expect(servers[0]).toMatchObject({
      name: old('server'),
      configuredName: 'server',
      expandedFrom: 'server',
      revision: '2025-11-25',
      session: { name: old('server'), protocolVersion: '2025-11-25' },
    });
    expect([servers.map(({ everyRevision }) => everyRevision), testCount]).toEqual([
      [false, false, false],
      2,
    ]);
  });

  it('runs the revisions of a server one after the other', () => {
    const { suites } = expand([plannedSuite('a', []), plannedSuite('b', [])]);
    expect(suites.map(({ name, after }) => [name, after])).toEqual([
      [old('a'), []],
      [old('b'), []],
      [next('a'), [old('a'), old('b')]],
      [next('b'), [old('a'), old('b')]],
    ]);
  });

  it('depends on the same revision, where there is one', () => {
    const { suites } = expand([
      plannedSuite('a', [plannedTest('a/t')]),
      plannedSuite('b', [plannedTest('b/t', { dependsOn: ['a/t', 'a'] })], {
        dependsOn: ['a'],
        after: ['a'],
      }),
    ]);
    expect(suites[3]).toMatchObject({
      name: next('b'),
      dependsOn: [next('a')],
      after: [next('a'), old('a'), old('b')],
      tests: [{ dependsOn: [`${next('a')}/t`, next('a')] }],
    });
  });

  it('between a suite of one revision and one of all depends on all, or on the one', () => {
    const { suites } = expand([
      plannedSuite('all', [plannedTest('all/t')]),
      plannedSuite('one', [plannedTest('one/t', { dependsOn: ['all/t'] })], {
        server: 'pinned',
        dependsOn: ['all'],
        after: ['all'],
      }),
      plannedSuite('last', [], { dependsOn: ['one'], after: ['one'] }),
    ]);
    expect(suites.find(({ name }) => name === 'one')).toMatchObject({
      name: 'one',
      server: 'pinned',
      dependsOn: [old('all'), next('all')],
      tests: [{ dependsOn: [`${old('all')}/t`, `${next('all')}/t`] }],
    });
    expect(suites.at(-1)).toMatchObject({
      name: next('last'),
      dependsOn: ['one'],
      after: ['one', old('last')],
    });
  });

  it('leaves a server alone that speaks nothing that could be told', () => {
    const { suites, servers } = expand([plannedSuite('s', [plannedTest('s/t')])], []);
    expect(suites.map(({ name, after }) => [name, after])).toEqual([['s', []]]);
    expect(servers[0]).toMatchObject({ name: 'server', session: { protocolVersion: 'latest' } });
  });

  it('names nothing that is not there, and nobody waits for what comes later', () => {
    fc.assert(
      fc.property(arbitrarySuites(), fc.nat({ max: 5 }), (unresolved, pinned) => {
        const resolved = resolveDependencies(unresolved).suites;
        const suites = expand(
          resolved.map((suite, index) => (index % 6 === pinned ? { ...suite, server: 'pinned' } : suite)),
        ).suites;
        const seen = new Set<string>();
        const ids = new Set<string>();
        for (const { name, after, dependsOn, tests } of suites) {
          for (const other of [...after, ...dependsOn]) expect(seen).toContain(other);
          seen.add(name);
          for (const { id, dependsOn: targets } of tests) {
            expect(ids).not.toContain(id);
            for (const target of targets) expect(ids.has(target) || seen.has(target)).toBe(true);
            ids.add(id);
          }
        }
      }),
    );
  });
});
