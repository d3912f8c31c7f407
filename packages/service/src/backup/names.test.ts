import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backupName, timeOfBackup } from './names.ts';

describe('the name of a backup', () => {
  it('is the second in which it was made', () => {
    expect(backupName(Date.parse('2026-11-26T02:03:04.567Z'))).toBe('20261126_020304');
  });

  it('says when that was, and sorts by it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e11 }), fc.integer({ min: 0, max: 1e9 }), (a, b) => {
        const [first, second] = [backupName(a * 1000), backupName((a + b) * 1000)];
        expect(timeOfBackup(first)).toBe(a * 1000);
        expect(first <= second).toBe(true);
      }),
    );
  });

  it.each([
    '',
    '20261126',
    '20261126_020304/..',
    '20260231_000000',
    '20261126_250000',
    '.partial-20261126_020304',
  ])('is not %j', (name) => {
    expect(timeOfBackup(name)).toBeUndefined();
  });
});
