import { describe, expect, it } from 'vitest';
import { Closers } from './closers.ts';

describe('closers', () => {
  it('undo the latest first, and go on when one fails', async () => {
    const closers = new Closers();
    const told: string[] = [];
    closers.add('first', () => void told.push('first'));
    closers.add('second', async () => {
      throw new Error('no');
    });
    closers.add('third', () => void told.push('third'));
    await closers.closeAll((name, error) => told.push(`${name}: ${String(error)}`));
    expect(told).toEqual(['third', 'second: Error: no', 'first']);
    await closers.closeAll(() => told.push('again'));
    expect(told).toHaveLength(3);
  });
});
