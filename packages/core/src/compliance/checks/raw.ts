import { isJsonObject, type JsonObject } from '../../json.ts';
import type { Frame, Session } from '../../protocol/types.ts';
import type { Evidence } from '../types.ts';

/** How long a check listens for something that must not come, in ms. */
const quietMs = 300;

/** What came back to a raw text. */
export interface RawAnswer {
  readonly messages: readonly JsonObject[];
  readonly evidence: Evidence;
}

/** Sends bytes as they stand and gives the answers (messages without a method) that came back. */
export async function askRaw(
  session: Session,
  text: string,
  timeoutMs?: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  const frames = await session.sendRaw(text, { headers, ...(timeoutMs !== undefined && { timeoutMs }) });
  return readAnswer(text, frames);
}

/** Sends bytes that must not be answered, and listens for a moment whether they are. */
export async function listenRaw(session: Session, text: string): Promise<RawAnswer> {
  const frames = await session.sendRaw(text, { timeoutMs: quietMs, until: () => false });
  return readAnswer(text, frames);
}

function readAnswer(sent: string, frames: readonly Frame[]): RawAnswer {
  const received = frames.filter(({ direction }) => direction === 'received');
  const messages = received
    .flatMap(({ text }) => parse(text))
    .filter((message) => message['method'] === undefined);
  return {
    messages,
    evidence: {
      sent,
      received: received.length === 0 ? undefined : received.map(({ text }) => text).join('\n'),
    },
  };
}

function parse(text: string): readonly JsonObject[] {
  try {
    const value: unknown = JSON.parse(text);
    return (Array.isArray(value) ? value : [value]).filter(isJsonObject);
  } catch {
    return [];
  }
}
