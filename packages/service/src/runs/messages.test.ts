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
      name: fc.string(),
      text: fc
        .array(fc.constantFrom('a', 'ü', '€', '😀', '\n', '\r', '\u2028', '"', '\\', '\ud800'))
        .map((parts) => parts.join('')),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { maxLength: 4 }),
        fc.integer({ min: 1, max: 200 }),
        async (messages: readonly MessageFromRun[], size) => {
          const bytes = Buffer.from(messages.map(toLine).join(''));
          const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
            bytes.subarray(index * size, (index + 1) * size),
          );
          expect(await readAll(chunks)).toEqual(JSON.parse(JSON.stringify(messages)));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('drop a last line that was cut off: the process has gone', async () => {
    expect(await readAll([Buffer.from('{"type":"alive"}\n{"type":"do')])).toEqual([{ type: 'alive' }]);
  });

  it('are refused when they are no JSON', async () => {
    await expect(readAll([Buffer.from('Warning: something\n')])).rejects.toThrow(SyntaxError);
  });
});
