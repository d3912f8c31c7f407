import fc from 'fast-check';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readMessages, toLine, type MessageFromRun } from './messages.ts';

async function readAll(chunks: readonly Buffer[]): Promise<readonly unknown[]> {
  const messages: unknown[] = [];
  for await (const message of readMessages(Readable.from(chunks))) messages.push(message);
  return messages;
}

describe('messages of a run', () => {
  it('come out as they went in, however the pipe cuts them', async () => {
    const message = fc.record({
      type: fc.constant('report' as const),
      name: fc.string({ unit: 'binary' }),
      text: fc.string({ unit: 'binary' }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { maxLength: 4 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 60 })),
        async (messages: readonly MessageFromRun[], sizes) => {
          const bytes = Buffer.from(messages.map(toLine).join(''));
          const chunks: Buffer[] = [];
          for (let at = 0; at < bytes.length;) {
            const size = sizes.next().value ?? 1;
            chunks.push(bytes.subarray(at, at + size));
            at += size;
          }
          expect(await readAll(chunks)).toEqual(JSON.parse(JSON.stringify(messages)));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('drop a last line that was cut off: the process has gone', async () => {
    expect(await readAll([Buffer.from('{"type":"alive"}\n{"type":"do')])).toEqual([{ type: 'alive' }]);
  });

  it('are refused when they are no JSON', async () => {
    await expect(readAll([Buffer.from('Warning: something\n')])).rejects.toThrow(SyntaxError);
  });
});
