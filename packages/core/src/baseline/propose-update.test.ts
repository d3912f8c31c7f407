import { describe, expect, it } from 'vitest';
import { makeBaseline, makeContracts, makeRun, type RunTraits } from './testing/make-runs.ts';
import { defaultUpdateRules, proposeUpdate, type UpdateRules } from './propose-update.ts';

/** Ten quiet runs, the first of them approved, then a candidate on day 10. */
function propose(candidate: RunTraits, rules: Partial<UpdateRules> = {}, nowDay = 10) {
  const runs = Array.from({ length: 10 }, (_, day) =>
    makeRun({ day, latencyMs: 20 * (1 + ((day % 3) - 1) / 200), processSpread: 0.005 }),
  );
  const baseline = makeBaseline([...runs, makeRun({ day: 10, processSpread: 0.005, ...candidate })]);
  const now = Date.UTC(2026, 0, 1) + nowDay * 86_400_000;
  return proposeUpdate(baseline, { ...defaultUpdateRules, ...rules }, now);
}

describe('an update', () => {
  it.each<[string, RunTraits, Partial<UpdateRules>, string, RegExp | undefined]>([
    ['a real improvement', { latencyMs: 15, cpuMs: 1.5 }, {}, 'proposed', undefined],
    ['slower, below the warning threshold', { latencyMs: 23, cpuMs: 2.3 }, {}, 'proposed', undefined],
    ['an improvement inside the noise', { latencyMs: 19.95 }, {}, 'nothing', /within the noise/],
    ['26 % slower', { latencyMs: 25.4 }, {}, 'refused', /latency is 2\d % more than approved \(limit 25 %\)/],
    ['26 % more CPU time', { cpuMs: 2.6 }, {}, 'refused', /CPU time per call is \d+ % more than approved/],
    ['not green', { latencyMs: 15, green: false }, {}, 'refused', /not green/],
    [
      '9 samples',
      { latencyMs: 15, responseTimes: Array.from({ length: 9 }, () => 15), calls: 9 },
      {},
      'refused',
      /core\/echo: insufficient samples: 9, and 10 are needed/,
    ],
    ['switched off', { latencyMs: 15 }, { enabled: false }, 'deferred', /switched off/],
    [
      'on another machine',
      { latencyMs: 15, cpuModel: 'CPU B', referenceMs: undefined },
      {},
      'refused',
      /another machine/,
    ],
  ])('%s', (_name, candidate, rules, decision, reason) => {
    const proposal = propose(candidate, rules);
    expect(proposal.decision).toBe(decision);
    if (reason !== undefined) expect(proposal.reasons.join('; ')).toMatch(reason);
  });

  it('comes at most once in seven days', () => {
    const candidate = { latencyMs: 15, cpuMs: 1.5 };
    expect(propose(candidate, {}, 6.9).reasons.join()).toMatch(
      /6\.9 days ago, and updates are at most one in 7 days/,
    );
    expect(propose(candidate, {}, 7.1).decision).toBe('proposed');
  });

  it('does not creep: steps that are each allowed are held against the anchor too', () => {
    const first = makeBaseline([makeRun({ latencyMs: 20, processSpread: 0.005 })]);
    const second = makeRun({ day: 8, latencyMs: 23.5, processSpread: 0.005 });
    const third = makeRun({ day: 16, latencyMs: 27.5, processSpread: 0.005 });
    const crept = {
      ...first,
      approved: { ...first.approved, run: second, at: second.at },
      history: [second, third],
    };
    const proposal = proposeUpdate(crept, defaultUpdateRules, Date.parse(third.at));
    expect(proposal.decision).toBe('refused');
    expect(proposal.reasons.join()).toMatch(/more than the anchor \(limit 25 %\): small steps add up/);
  });

  it.each<[string, readonly RunTraits[], string, RegExp]>([
    ['tests alone, as before', [{ measured: false }, { measured: false }], 'nothing', /no contract changed/],
    ['benchmarks at last', [{ measured: false }, {}], 'proposed', /^$/],
    ['benchmarks at last, and no sound ones', [{ measured: false }, { calls: 9 }], 'refused', /insufficient/],
    [
      'tests alone after benchmarks, which stay the measure',
      [{}, { latencyMs: 15, cpuMs: 1.5 }, { measured: false }],
      'proposed',
      /^$/,
    ],
    [
      'another contract',
      [
        { measured: false, contracts: makeContracts([]) },
        { measured: false, contracts: makeContracts(['why']) },
      ],
      'proposed',
      /^$/,
    ],
    [
      'another contract of a run that was not green',
      [
        { measured: false, contracts: makeContracts([]) },
        { measured: false, contracts: makeContracts(['why']), green: false },
      ],
      'refused',
      /not green/,
    ],
    [
      'the same contract',
      [
        { measured: false, contracts: makeContracts([]) },
        { measured: false, contracts: makeContracts([]) },
      ],
      'nothing',
      /no contract changed/,
    ],
  ])('of runs without benchmarks: %s', (_name, runs, decision, reason) => {
    const baseline = makeBaseline(
      runs.map((traits, day) => makeRun({ day: day * 8, processSpread: 0.005, ...traits })),
    );
    const proposal = proposeUpdate(baseline, defaultUpdateRules, Date.UTC(2026, 1, 1));
    expect(proposal.decision).toBe(decision);
    expect(proposal.reasons.join('; ')).toMatch(reason);
  });

  it('has nothing to propose before another run was recorded', () => {
    expect(proposeUpdate(makeBaseline([makeRun()]), defaultUpdateRules, Date.now()).decision).toBe('nothing');
  });
});
