import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../statistics/index.ts';
import { normalNoise } from '../../statistics/testing/noise.ts';
import type { BaselineRun } from '../document-schema.ts';
import { makeBaseline, makeContracts, makeRun, type RunTraits } from '../testing/make-runs.ts';
import { compareWithBaseline } from './compare-with-baseline.ts';
import { readPolicy, sideBySideLevel } from './policy.ts';

/** A history of runs that differ by about 1 %. */
function history(runs: number, traits: RunTraits = {}): BaselineRun[] {
  return Array.from({ length: runs }, (_, day) => {
    const factor = 1 + ((day % 3) - 1) / 100;
    return makeRun({ day, latencyMs: 20 * factor, cpuMs: 2 * factor, ...traits });
  });
}

const compare = (runs: readonly BaselineRun[], head: RunTraits, settings = {}) =>
  compareWithBaseline('core', makeBaseline(runs), makeRun({ day: runs.length, ...head }), settings);

describe('a run against its history', () => {
  it.each([
    ['as fast', { latencyMs: 20.1, cpuMs: 2.01 }, 'unchanged', undefined, 0],
    ['26 % slower and more', { latencyMs: 27, cpuMs: 2.7 }, 'regressed', 'warning', 0],
    ['60 % slower', { latencyMs: 32, cpuMs: 3.2 }, 'regressed', 'error', 1],
    ['130 % slower', { latencyMs: 46, cpuMs: 4.6 }, 'regressed', 'critical', 1],
    ['slower in waiting alone', { latencyMs: 32, cpuMs: 2 }, 'regressed', 'error', 1],
    ['a third faster', { latencyMs: 13, cpuMs: 1.3 }, 'improved', undefined, 0],
  ] as const)('is judged: %s', (_name, head, verdict, severity, failures) => {
    const found = compare(history(12), head);
    expect(found.verdict).toBe(verdict);
    expect(found.severity).toBe(severity);
    expect(found.failures).toHaveLength(failures);
    expect(Object.isFrozen(found.benchmarks[0]?.metrics[0])).toBe(true);
  });

  it('is told in a sentence with its interval', () => {
    const [benchmark] = compare(history(12), { latencyMs: 32, cpuMs: 3.2 }).benchmarks;
    expect(benchmark?.sentence).toMatch(
      /^regressed by \d+ % \(CPU time per call, 95 % interval \+\d+ to \+\d+ %, 12 runs\); latency \+\d+ %/,
    );
  });

  it.each([
    ['10 % slower', { latencyMs: 22, cpuMs: 2.2 }, 'inconclusive', 0],
    ['45 % slower', { latencyMs: 29, cpuMs: 2.9 }, 'inconclusive', 0],
    ['45 % faster', { latencyMs: 14, cpuMs: 1.4 }, 'inconclusive', 0],
    ['130 % slower', { latencyMs: 46, cpuMs: 4.6 }, 'regressed', 1],
  ] as const)(
    'says no more than inconclusive below the error threshold with 4 runs: %s',
    (_name, head, verdict, failures) => {
      const found = compare(history(4), head);
      expect(found.verdict).toBe(verdict);
      expect(found.failures).toHaveLength(failures);
      if (verdict === 'inconclusive')
        expect(found.benchmarks[0]?.sentence).toMatch(
          /only 4 runs .* 5 are needed; the smallest change that this history could have shown is \d+ %/,
        );
    },
  );

  it('finds a server twice as slow right after the baseline was established', () => {
    expect(compare(history(1), { latencyMs: 46, cpuMs: 2 })).toMatchObject({
      verdict: 'regressed',
      severity: 'critical',
    });
  });

  it('says nothing of a single run with a single process', () => {
    const [benchmark] = compare(history(1, { processes: 1 }), { latencyMs: 100, processes: 1 }).benchmarks;
    expect(benchmark?.verdict).toBe('inconclusive');
  });

  it('compares CPU time across machines by the reference server, and latency not at all', () => {
    const elsewhere = history(10, { cpuModel: 'CPU B', cpuMs: 4, referenceMs: 8, latencyMs: 40 });
    const [benchmark] = compare(elsewhere, { cpuModel: 'CPU A', cpuMs: 3.4, referenceMs: 4 }).benchmarks;
    const metric = (name: string) => benchmark?.metrics.find((one) => one.metric === name);
    expect(metric('cpu')).toMatchObject({
      verdict: 'regressed',
      scope: 'any-machine',
      normalised: true,
      runs: 10,
    });
    expect(metric('latency')).toMatchObject({ verdict: 'inconclusive', runs: 0 });
    expect(metric('latency')?.reason).toMatch(/no run of the history is comparable/);
  });

  it('prefers runs of the same kind of machine where there are five', () => {
    const runs = [
      ...history(6, { cpuModel: 'CPU B', cpuMs: 9, referenceMs: 4 }),
      ...history(6).map((run, index) => ({
        ...run,
        at: new Date(Date.UTC(2026, 1, index + 1)).toISOString(),
      })),
    ];
    const [benchmark] = compare(runs, { day: 40 }).benchmarks;
    expect(benchmark?.metrics[0]).toMatchObject({
      metric: 'cpu',
      scope: 'same-machine',
      runs: 6,
      verdict: 'unchanged',
    });
  });

  it('looks only at runs since the last change of level', () => {
    const runs = [
      ...history(20),
      ...history(10).map((_, index) => makeRun({ day: 20 + index, latencyMs: 40, cpuMs: 4 })),
    ];
    const found = compare(runs, { latencyMs: 40, cpuMs: 4 });
    expect(found.verdict).not.toBe('regressed');
    expect(found.benchmarks[0]?.metrics[0]?.runs).toBe(10);
    expect(found.benchmarks[0]?.metrics[1]?.sinceApprovedPercent).toBeGreaterThan(90);
  });

  it('does not compare runs under different loads', () => {
    const baseline = makeBaseline(history(10));
    const head: BaselineRun = {
      ...makeRun({ day: 10, latencyMs: 60 }),
      load: { kind: 'closed', concurrency: 8 },
    };
    expect(compareWithBaseline('core', baseline, head)).toMatchObject({
      verdict: 'inconclusive',
      failures: [],
    });
  });

  it('without a baseline is no failure, and says so', () => {
    const found = compareWithBaseline('core', undefined, makeRun());
    expect(found).toMatchObject({
      verdict: undefined,
      failures: [],
      notes: ['no baseline yet: nothing was compared'],
    });
  });

  it('keeps false alarms of whole comparisons below 1 % at 15 % between runs', () => {
    const random = new Random(7);
    const noisy = (day: number): BaselineRun => {
      const factor = Math.exp(0.15 * normalNoise(random));
      return makeRun({
        day,
        latencyMs: 20 * factor,
        cpuMs: 2 * Math.exp(0.15 * normalNoise(random)),
        processSpread: 0.06,
        seed: random.below(2 ** 31),
      });
    };
    const alarms = { many: 0, few: 0 };
    const repetitions = 300;
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      for (const [name, runs] of [
        ['many', 12],
        ['few', 2],
      ] as const) {
        const baseline = makeBaseline(Array.from({ length: runs }, (_, day) => noisy(day)));
        const found = compareWithBaseline('core', baseline, noisy(runs), {
          trend: false,
          failOn: readPolicy(['regressions:any']),
        });
        if (found.failures.length > 0) alarms[name] += 1;
      }
    }
    // At most 1 %: more than 8 of 300 would be seen less than once in a hundred.
    expect(alarms.many).toBeLessThanOrEqual(8);
    expect(alarms.few).toBeLessThanOrEqual(8);
  });
});

describe('outcomes', () => {
  const outcomes = (...words: readonly string[]) =>
    words.map((outcome, day) =>
      makeRun({ day, outcomes: [{ test: 'core/echo', outcome: outcome as 'passed' }] }),
    );
  it.each([
    [['passed', 'passed'], 'failed', { newlyFailing: ['core/echo'] }],
    [['passed', 'passed'], 'errored', { newlyFailing: ['core/echo'] }],
    [['failed', 'skipped'], 'passed', { fixed: ['core/echo'] }],
    [['failed', 'failed'], 'failed', {}],
    [['passed', 'failed', 'passed'], 'failed', { flaky: [{ test: 'core/echo', failures: 2, runs: 4 }] }],
    [['passed', 'flaky'], 'passed', { flaky: [{ test: 'core/echo', failures: 0, runs: 3 }] }],
    [['passed'], 'skipped', {}],
  ] as const)('%j, then %s', (before, now, expected) => {
    const head = makeRun({ day: 9, outcomes: [{ test: 'core/echo', outcome: now }] });
    const found = compareWithBaseline('core', makeBaseline(outcomes(...before)), head);
    expect(found.outcomes).toEqual({ newlyFailing: [], fixed: [], flaky: [], ...expected });
  });
});

describe('findings and contracts', () => {
  const finding = { rule: 'jsonrpc.id-type', severity: 'error', message: 'id is a text', count: 1 } as const;

  it('tell what is new in the history and what is gone since the approved run', () => {
    const gone = { ...finding, rule: 'schema.ping' };
    const baseline = makeBaseline([makeRun({ findings: [gone] }), makeRun({ day: 1, findings: [] })]);
    const found = compareWithBaseline('core', baseline, makeRun({ day: 2, findings: [finding] }), {
      failOn: readPolicy(['findings']),
    });
    expect(found.findings).toEqual({ new: [finding], gone: [gone] });
    expect(found.failures).toEqual(['new finding jsonrpc.id-type: id is a text']);
    const later = compareWithBaseline('core', baseline, makeRun({ day: 2, findings: [] }), {
      since: 'newest',
    });
    expect(later.findings).toEqual({ new: [], gone: [] });
  });

  it('tell breaking changes of the contract, and what it costs', () => {
    const baseline = makeBaseline([makeRun({ contracts: makeContracts([], 20) })]);
    const head = makeRun({ day: 1, contracts: makeContracts(['why'], 25) });
    const found = compareWithBaseline('core', baseline, head);
    expect(found.contracts[0]?.changes[0]?.kind).toBe('breaking');
    expect(found.contracts[0]?.contextCost).toMatchObject({ before: 20, after: 25 });
    expect(found.failures[0]).toMatch(/^server: breaking change of \/tools\/echo/);
    expect(compareWithBaseline('core', baseline, head, { failOn: readPolicy(['never']) }).failures).toEqual(
      [],
    );
  });
});

describe('runs without benchmarks', () => {
  const tests = (day: number, outcome: 'passed' | 'failed' = 'passed'): BaselineRun =>
    makeRun({ day, measured: false, outcomes: [{ test: 'core/echo', outcome }] });
  const measured = (day: number, traits: RunTraits = {}): BaselineRun => makeRun({ day, ...traits });

  it.each<[string, readonly BaselineRun[], BaselineRun, object]>([
    [
      'are held against each other by what tests say',
      [tests(0)],
      tests(1, 'failed'),
      {
        verdict: undefined,
        outcomes: { newlyFailing: ['core/echo'] },
        notes: [],
        failures: [expect.any(String)],
      },
    ],
    [
      'know what is fixed',
      [tests(0, 'failed')],
      tests(1),
      { outcomes: { newlyFailing: [], fixed: ['core/echo'] }, failures: [] },
    ],
    [
      'are no reason to miss benchmarks',
      [measured(0), measured(1)],
      tests(2),
      { added: [], missing: [], notes: ['no benchmark was measured: performance was not compared'] },
    ],
    [
      'know a benchmark that comes later as added',
      [tests(0), tests(1)],
      measured(2),
      { added: ['core/echo'], missing: [], benchmarks: [], notes: ['no benchmark to compare with yet'] },
    ],
    [
      'do not hide benchmarks of the history from each other',
      [tests(0), measured(1), tests(2)],
      measured(3, { latencyMs: 60, cpuMs: 6 }),
      { added: [], missing: [], verdict: 'regressed', severity: 'critical' },
    ],
  ])('%s', (_name, runs, head, expected) => {
    expect(compareWithBaseline('core', makeBaseline(runs), head)).toMatchObject(expected);
  });

  it('change nothing in what is said of performance, wherever they lie in the history', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 14 }), (kinds) => {
        const runs = kinds.map((isMeasured, day) =>
          isMeasured ? measured(day, { latencyMs: 20 * (1 + (day % 3) / 100), seed: day }) : tests(day),
        );
        const only = runs.filter(({ load }) => load !== undefined);
        const head = measured(20, { latencyMs: 29, seed: 20 });
        const found = compareWithBaseline('core', makeBaseline(runs), head);
        if (only.length === 0) {
          expect(found.benchmarks).toEqual([]);
          return;
        }
        const without = compareWithBaseline('core', makeBaseline(only), head);
        // What is told since the approved run and the anchor goes by which run these are.
        const plain = (one: typeof found) =>
          one.benchmarks.map(({ verdict, sentence, severity }) => ({ verdict, sentence, severity }));
        expect(plain(found)).toEqual(plain(without));
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['approved', 'breaking'],
    ['newest', undefined],
  ] as const)('a contract is held against that of the %s run', (since, kind) => {
    const baseline = makeBaseline([
      makeRun({ measured: false, contracts: makeContracts([]) }),
      makeRun({ day: 1, measured: false, contracts: makeContracts(['why']) }),
      makeRun({ day: 2, measured: false }),
    ]);
    const head = makeRun({ day: 3, measured: false, contracts: makeContracts(['why']) });
    const found = compareWithBaseline('core', baseline, head, { since });
    expect(found.contracts[0]?.changes[0]?.kind).toBe(kind);
    expect(found.failures).toHaveLength(kind === undefined ? 0 : 1);
  });

  it('a contract of a server that the baseline has none of is told to be new', () => {
    const head = makeRun({ day: 1, measured: false, contracts: makeContracts([]) });
    expect(compareWithBaseline('core', makeBaseline([tests(0)]), head).notes).toEqual([
      'no contract of server to compare with yet',
    ]);
  });
});

describe('the policy', () => {
  it.each([
    [['regressions'], { regressions: 'error', breakingChanges: false, tests: false, findings: false }],
    [
      ['regressions:any', 'tests'],
      { regressions: 'any', breakingChanges: false, tests: true, findings: false },
    ],
    [['never'], { regressions: 'never', breakingChanges: false, tests: false, findings: false }],
  ] as const)('%j', (words, policy) => {
    expect(readPolicy(words)).toEqual(policy);
  });

  it.each([
    [['regressions'], 'any'],
    [['tests', 'regressions'], 'any'],
    [['regressions:warning'], 'warning'],
    [['regressions', 'regressions:critical'], 'critical'],
    [['tests'], 'never'],
    [['never'], 'never'],
  ] as const)('%j of sides that were measured in turns: %s', (words, level) => {
    expect(sideBySideLevel(words)).toBe(level);
  });

  it.each([
    [['never', 'tests'], /exclude each other/],
    [['toString'], /unknown word "toString"/],
  ] as const)('refuses %j', (words, message) => {
    expect(() => readPolicy(words)).toThrow(message);
  });
});
