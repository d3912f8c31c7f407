import { HarnessError } from '@mcp-test-harness/core/errors';
import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Lines are of bounded length; a longer one is not of a log, and is not gathered to its end. */
const longestLineBytes = 64 * 1024;
const lineFeed = 10;

/** One line, without its end. */
interface Line {
  readonly text: string;
  /** It ends with a line feed. */
  readonly isWhole: boolean;
}

/**
 * The lines of a part of a log; `.gz` is unpacked.
 * @throws HarnessError IO_READ
 */
export async function* linesOf(file: string): AsyncGenerator<Line> {
  const bytes = createReadStream(file);
  // Errors of either arrive at the reader below.
  const stream: Readable = file.endsWith('.gz') ? pipeline(bytes, createGunzip(), () => undefined) : bytes;
  let rest: Uint8Array = new Uint8Array(0);
  const text = (from: number, to: number): string => Buffer.from(rest.subarray(from, to)).toString('latin1');
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let offset = 0;
      for (let end = rest.indexOf(lineFeed); end !== -1; end = rest.indexOf(lineFeed, offset)) {
        yield { text: text(offset, end), isWhole: true };
        offset = end + 1;
      }
      rest = rest.subarray(offset);
      if (rest.length > longestLineBytes) break;
    }
  } catch (cause) {
    throw unreadable(file, cause);
  } finally {
    bytes.destroy();
  }
  if (rest.length > 0) yield { text: text(0, rest.length), isWhole: false };
}

export function unreadable(file: string, cause: unknown): HarnessError {
  return new HarnessError({
    code: 'IO_READ',
    message: `cannot read ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: 'Check that it exists and may be read.',
    cause,
  });
}
