/** Keeps the end of a stream of text. */
export interface Tail {
  push(chunk: string): void;
  text(): string;
}

/** @param limit most characters that are kept */
export function createTail(limit: number): Tail {
  let chunks: string[] = [];
  let length = 0;
  const compact = (): string => {
    const joined = chunks.join('');
    const kept = joined.length > limit ? joined.slice(-limit) : joined;
    chunks = [kept];
    length = kept.length;
    return kept;
  };
  return {
    push(chunk) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > 2 * limit) compact();
    },
    text: compact,
  };
}
