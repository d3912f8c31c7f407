import { cut } from './findings.ts';
import type { Frame } from './types.ts';

/** Something odd that came and is worth telling when an answer does not come. */
export interface Oddity {
  readonly atMs: number;
  readonly text: string;
}

const shown = 160;

/** What came while an answer was waited for, in words; undefined when nothing did. */
export function describeMeanwhile(
  frames: readonly Frame[],
  oddities: readonly Oddity[],
  unfinished: string | undefined,
): string | undefined {
  const parts: string[] = [];
  const noise = frames.filter((frame) => frame.direction === 'noise');
  const first = noise[0];
  if (first !== undefined) {
    parts.push(
      `${count(noise.length, 'line')} on stdout that ${noise.length === 1 ? 'is' : 'are'} not JSON-RPC${noise.length === 1 ? '' : ', the first'}: ${quote(first.text)}`,
    );
  }
  const texts = new Map<string, number>();
  for (const { text } of oddities) texts.set(text, (texts.get(text) ?? 0) + 1);
  for (const [text, times] of texts) parts.push(times === 1 ? text : `${text} (${times} times)`);
  const received = frames.filter((frame) => frame.direction === 'received').length;
  if (received > oddities.length) parts.push(count(received - oddities.length, 'other message'));
  if (unfinished !== undefined && unfinished !== '') parts.push(describeUnfinished(unfinished));
  return parts.length === 0 ? undefined : parts.join('; ');
}

function describeUnfinished(text: string): string {
  try {
    JSON.parse(text);
    return `a complete message that is not ended by a newline: ${quote(text)}`;
  } catch {
    return `the beginning of a message, never ended: ${quote(text)}`;
  }
}

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}

function quote(text: string): string {
  return JSON.stringify(cut(text, shown));
}
