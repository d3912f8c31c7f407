import { quantile } from '@mcp-test-harness/core/statistics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectQuantile } from './select-quantile.ts';

describe('selectQuantile', () => {
  it('is the quantile of the statistics, of any values in any order', () => {
    const value = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.double({ min: 0, max: 1e6, noNaN: true }));
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 60 }),
        fc.constantFrom(0, 0.25, 0.5, 0.95, 0.99, 1),
        (values, probability) => {
          const selected = selectQuantile(Float64Array.from(values), probability);
          expect(selected).toBe(quantile(values, probability));
        },
      ),
    );
  });
});
