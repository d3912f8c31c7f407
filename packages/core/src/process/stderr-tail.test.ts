import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StderrTail, stderrTailBytes } from './stderr-tail.ts';

describe('StderrTail', () => {
  it('is empty at first', () => {
    expect(new StderrTail().text()).toBe('');
  });

  it('keeps exactly the last bytes, however they were cut into chunks', () => {
    const chunks = fc.array(fc.integer({ min: 0, max: 3 * stderrTailBytes }), { maxLength: 8 });
    fc.assert(
      fc.property(chunks, (sizes) => {
        const tail = new StderrTail();
        let written = 0;
        const all: Buffer[] = [];
        for (const size of sizes) {
          const chunk = Buffer.from(Array.from({ length: size }, (_, i) => 97 + ((written + i) % 26)));
          written += size;
          all.push(chunk);
          tail.append(chunk);
        }
        const expected = Buffer.concat(all).subarray(-stderrTailBytes).toString();
        expect(tail.text() === expected).toBe(true);
      }),
      { numRuns: 25 },
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
