import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalCdf, normalQuantile, normalUpperTail } from './normal.ts';
import { studentTCdf, studentTQuantile, studentTUpperTail } from './student-t.ts';
import { expectClose } from './testing/expect-close.ts';

const degreesOfFreedom = fc.double({ min: 0, max: 6, noNaN: true }).map((power) => 10 ** power);
const place = fc.double({ min: -30, max: 30, noNaN: true });
/** From a millionth of a millionth to one half, all magnitudes alike. */
const smallProbability = fc
  .double({ min: -12, max: Math.log10(0.5), noNaN: true })
  .map((power) => 10 ** power);

describe("Student's t and the normal distribution", () => {
  it('rise from 0 to 1', () => {
    fc.assert(
      fc.property(degreesOfFreedom, place, fc.double({ min: 0, max: 5, noNaN: true }), (df, x, step) => {
        for (const cdf of [normalCdf, (t: number) => studentTCdf(t, df)]) {
          expect(cdf(x)).toBeGreaterThanOrEqual(0);
          expect(cdf(x)).toBeLessThanOrEqual(1);
          expect(cdf(x + step)).toBeGreaterThanOrEqual(cdf(x) * (1 - 1e-12));
        }
      }),
    );
  });

  it('are symmetric, and their quantiles undo them', () => {
    fc.assert(
      fc.property(degreesOfFreedom, smallProbability, (df, p) => {
        // A continued fraction of thousands of terms has lost a digit.
        const within = df > 1e5 ? 1e-9 : 1e-10;
        const t = studentTQuantile(p, df);
        expectClose(studentTCdf(t, df), p, `t, p ${p}, df ${df}`, 0, within);
        expectClose(studentTUpperTail(-t, df), p, `upper t, p ${p}, df ${df}`, 0, within);
        expectClose(normalCdf(normalQuantile(p)), p, `normal, p ${p}`);
        expectClose(normalUpperTail(-normalQuantile(p)), p, `upper normal, p ${p}`);
      }),
    );
  });

  it('fall from the smallest tails without a gap where one method takes over from another', () => {
    for (const at of [3, 1.2815515655446]) {
      const [left, right] = [normalUpperTail(at - 1e-9), normalUpperTail(at + 1e-9)];
      expect(left).toBeGreaterThan(right);
      expect(left / right).toBeLessThan(1 + 1e-7);
    }
  });

  it('have ends, and no answer to a nonsensical question', () => {
    expect([normalQuantile(0), normalQuantile(1), studentTQuantile(0, 3), studentTQuantile(1, 3)]).toEqual([
      -Infinity,
      Infinity,
      -Infinity,
      Infinity,
    ]);
    expect([
      normalCdf(-Infinity),
      normalCdf(Infinity),
      studentTCdf(-Infinity, 3),
      studentTCdf(Infinity, 3),
    ]).toEqual([0, 1, 0, 1]);
    expect([
      normalQuantile(-0.1),
      normalQuantile(NaN),
      studentTQuantile(2, 3),
      studentTQuantile(0.9, 0),
      studentTCdf(1, NaN),
      studentTCdf(NaN, 3),
      normalCdf(NaN),
    ]).toEqual(Array(7).fill(NaN));
    expect(studentTCdf(1.3, Infinity)).toBe(normalCdf(1.3));
    expectClose(studentTUpperTail(1e100, 1), 1e-100 / Math.PI, 'Cauchy, far out');
    expect(studentTUpperTail(1e200, 1)).toBe(0);
  });
});
