import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StderrTail, stderrTailBytes } from './stderr-tail.ts';

describe('StderrTail', () => {
  it('is empty at first', () => {
    expect(new StderrTail().text()).toBe('');
  });

  it('keeps exactly the last bytes, however they were cut into chunks', () => {
    const text = Buffer.from('abcdefghijklmnopqrstuvwxyz'.repeat(stderrTailBytes));
    const sizes = fc.array(fc.integer({ min: 0, max: 3 * stderrTailBytes }), { maxLength: 8 });
    fc.assert(
      fc.property(sizes, (chunkSizes) => {
        const tail = new StderrTail();
        let written = 0;
        for (const size of chunkSizes) {
          tail.append(text.subarray(written, written + size));
          written += size;
        }
        const expected = text.subarray(Math.max(0, written - stderrTailBytes), written).toString();
        // Compared here: the difference of two such texts would take long to print.
        expect(tail.text() === expected).toBe(true);
      }),
    );
  });

  it('leaves out a character that the cut split', () => {
    const tail = new StderrTail();
    tail.append(Buffer.from('é'.repeat(stderrTailBytes)));
    tail.append(Buffer.from('x'));
    expect(tail.text()).not.toContain('\ufffd');
    expect(tail.text()).toHaveLength((stderrTailBytes - 2) / 2 + 1);
  });
});
