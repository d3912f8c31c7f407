import { describe, expect, it } from 'vitest';
import r from './fixtures/reference-r.json' with { type: 'json' };
import scipy from './fixtures/reference-scipy.json' with { type: 'json' };
import { logBeta, logGamma } from './gamma.ts';
import { hodgesLehmann } from './hodges-lehmann.ts';
import { adjustHolm } from './holm.ts';
import { incompleteBeta } from './incomplete-beta.ts';
import { locationInterval, testLocation, type Alternative } from './location-test.ts';
import { estimateMean, estimateTrimmedMean, trimmedMean, winsorisedVariance } from './location.ts';
import { mean, standardDeviation, variance } from './moments.ts';
import { normalCdf, normalQuantile, normalUpperTail } from './normal.ts';
import { median, quantile } from './quantile.ts';
import { medianAbsoluteDeviation } from './robust-scale.ts';
import { testSignedRank } from './signed-rank.ts';
import { studentTCdf, studentTQuantile, studentTUpperTail } from './student-t.ts';
import { expectClose } from './testing/expect-close.ts';
import { testMannKendall, theilSen } from './trend.ts';

const alternatives: readonly Alternative[] = ['two-sided', 'greater', 'less'];
const samples = Object.entries(r.samples);
const scipySamples: Readonly<Record<string, (typeof scipy.samples)['normal8']>> = scipy.samples;

describe.each(samples)('agrees with R and SciPy on %s:', (name, sample) => {
  const { values } = sample;

  it('moments and robust summaries', () => {
    expectClose(mean(values), sample.mean, 'mean');
    expectClose(variance(values), sample.variance, 'variance');
    expectClose(standardDeviation(values), sample.sd, 'sd');
    expectClose(median(values), sample.median, 'median');
    expectClose(medianAbsoluteDeviation(values), sample.mad, 'mad');
    expectClose(trimmedMean(values), sample.trimmed20, 'trimmed mean');
    expectClose(trimmedMean(values, 0.1), sample.trimmed10, 'trimmed mean 10 %');
    expectClose(winsorisedVariance(values), scipySamples[name]?.winsorised20 ?? NaN, 'winsorised variance');
  });

  it('quantiles of types 7 and 8', () => {
    const probabilities = [0, 0.01, 0.05, 0.25, 1 / 3, 0.5, 0.9, 0.95, 0.999, 1];
    for (const [index, probability] of probabilities.entries()) {
      expectClose(
        quantile(values, probability, 7),
        sample.quantiles7[index] ?? NaN,
        `7 at ${probability}`,
        1e-6,
      );
      expectClose(
        quantile(values, probability, 8),
        sample.quantiles8[index] ?? NaN,
        `8 at ${probability}`,
        1e-6,
      );
    }
  });

  it("Student's t", () => {
    for (const alternative of alternatives) {
      const { statistic, p } = testLocation(estimateMean(values), alternative, 0.005);
      expectClose(statistic, sample.t[alternative].statistic, `t, ${alternative}`);
      expectClose(p, sample.t[alternative].p, `p, ${alternative}`);
    }
    for (const [confidence, [low = NaN, high = NaN]] of [
      [0.95, sample.interval95],
      [0.99, sample.interval99],
    ] as const) {
      const interval = locationInterval(estimateMean(values), confidence);
      expectClose(interval.low, low, `low at ${confidence}`);
      expectClose(interval.high, high, `high at ${confidence}`);
    }
  });

  it.each([
    ['20 %', 0.2, 'trim20'],
    ['10 %', 0.1, 'trim10'],
  ] as const)('the trimmed t of Tukey, McLaughlin and Yuen at %s', (_label, trim, key) => {
    const expected = scipySamples[name]?.[key];
    const location = estimateTrimmedMean(values, trim);
    for (const alternative of alternatives) {
      const { statistic, p } = testLocation(location, alternative, 0.005);
      expectClose(statistic, expected?.[alternative].statistic ?? NaN, `t, ${alternative}`);
      expectClose(p, expected?.[alternative].p ?? NaN, `p, ${alternative}`);
      expectClose(location.degreesOfFreedom, expected?.[alternative].df ?? NaN, 'df');
    }
    const { low, high } = locationInterval(location);
    expectClose(low, expected?.interval95[0] ?? NaN, 'low');
    expectClose(high, expected?.interval95[1] ?? NaN, 'high');
  });

  it("Wilcoxon's signed ranks, exact and normal", () => {
    for (const alternative of alternatives) {
      const exact = testSignedRank(values, alternative, { method: 'exact' });
      expectClose(exact.statistic, sample.wilcoxonExact[alternative].statistic, `V, ${alternative}`);
      expectClose(exact.p, sample.wilcoxonExact[alternative].p, `exact p, ${alternative}`);
      const normal = testSignedRank(values, alternative, { method: 'normal' });
      expectClose(normal.p, sample.wilcoxonNormal[alternative].p, `normal p, ${alternative}`);
    }
  });
});

describe('agrees with R', () => {
  it.each(samples.filter(([, { hodgesLehmann: expected }]) => expected !== null))(
    'on the Hodges-Lehmann estimate of %s',
    (_name, { values, hodgesLehmann: expected }) => {
      const { estimate, interval } = hodgesLehmann(values);
      expectClose(estimate, expected?.estimate ?? NaN, 'estimate');
      expectClose(interval.low, expected?.interval[0] ?? NaN, 'low');
      expectClose(interval.high, expected?.interval[1] ?? NaN, 'high');
    },
  );

  it.each(r.holm)('on Holm: $p', ({ p, adjusted }) => {
    for (const [index, value] of adjustHolm(p).entries())
      expectClose(value, adjusted[index] ?? NaN, `p ${index}`);
  });

  it.each(Object.entries(r.mannKendall))('on Mann-Kendall: %s', (_name, { values, s, z, p }) => {
    const result = testMannKendall(values);
    expect(result.s).toBe(s);
    expectClose(result.statistic, z, 'z');
    expectClose(result.p, p, 'p');
  });

  it("on Student's t from 0.5 to a million degrees of freedom, far out too", () => {
    for (const [df, t, p] of r.studentCdf as [number, number, number][]) {
      expectClose(studentTCdf(t, df), p, `P(T ≤ ${t}), df ${df}`);
      expectClose(studentTUpperTail(-t, df), p, `P(T > ${-t}), df ${df}`);
    }
    for (const [df, p, t] of r.studentQuantile as [number, number, number][])
      expectClose(studentTQuantile(p, df), t, `quantile ${p}, df ${df}`);
  });

  it('on the normal distribution', () => {
    for (const [x, p] of r.normalCdf as [number, number][]) {
      expectClose(normalCdf(x), p, `Φ(${x})`);
      expectClose(normalUpperTail(-x), p, `1 - Φ(${-x})`);
    }
    for (const [p, x] of r.normalQuantile as [number, number][])
      expectClose(normalQuantile(p), x, `Φ⁻¹(${p})`);
  });

  it('on the incomplete beta and gamma functions', () => {
    for (const [a, b, x, p] of r.incompleteBeta as [number, number, number, number][])
      expectClose(incompleteBeta(a, b, x), p, `I_${x}(${a}, ${b})`);
    for (const [x, y] of r.logGamma as [number, number][]) expectClose(logGamma(x), y, `ln Γ(${x})`, 1);
    expectClose(logBeta(0.5, 0.5), Math.log(Math.PI), 'ln B(½, ½)');
  });
});

describe('agrees with SciPy', () => {
  it.each(scipy.theilSen)('on Theil-Sen: $y', ({ x, y, slope, intercept, interval }) => {
    const line = theilSen(y, x);
    expectClose(line.slope, slope, 'slope', 1e-6);
    expectClose(line.intercept, intercept, 'intercept', 1e-6);
    expectClose(line.interval.low, interval[0] ?? NaN, 'low', 1e-6);
    expectClose(line.interval.high, interval[1] ?? NaN, 'high', 1e-6);
  });
});
