import { isJsonObject, type JsonObject } from '../json.ts';
import type { EndReason, Transport } from '../transports/types.ts';
import { endError } from './end-error.ts';
import type { Exchanges } from './exchanges.ts';
import type { PendingTable } from './json-rpc/pending.ts';
import type { Recorder } from './recorder.ts';
import type { Frame, Session } from './types.ts';

export type RawOptions = NonNullable<Parameters<Session['sendRaw']>[1]>;

interface RawPort {
  readonly transport: Transport;
  readonly recorder: Recorder;
  readonly exchanges: Exchanges;
  readonly timeoutMs: number;
  onEnd(listener: (reason: EndReason) => void): () => void;
}

/** Sends bytes as they stand and collects what comes back; see {@link Session.sendRaw}. */
export function collectRaw(text: string, options: RawOptions, port: RawPort): Promise<readonly Frame[]> {
  const { table } = port.exchanges;
  const sent = messagesIn(text);
  for (const id of sent.flatMap(idsOf)) table.addRawId(id);
  const wantsAnswer = sent.some((message) => message['id'] !== undefined);
  const until =
    options.until ??
    ((frame: Frame) =>
      frame.direction === 'received' &&
      (!wantsAnswer || (!isAcceptance(frame) && messagesIn(frame.text).every(isAnswer))));
  return new Promise((resolve, reject) => {
    const frames: Frame[] = [];
    port.exchanges.rawUnderWay += 1;
    let finished = false;
    const finish = (settle: () => void): void => {
      if (finished) return;
      finished = true;
      clearTimeout(timer);
      stopFrames();
      stopEnd();
      port.exchanges.rawUnderWay -= 1;
      settle();
    };
    const done = (): void => finish(() => resolve(frames));
    const timer = setTimeout(done, port.timeoutMs);
    const stopEnd = port.onEnd((reason) =>
      finish(() => reject(endError(reason, 'after a raw message was sent'))),
    );
    const stopFrames = port.recorder.listen((frame) => {
      if (frame.direction === 'sent' || answersOthers(frame, table)) return;
      frames.push(frame);
      // The caller's judgement comes after the frame has been dealt with.
      if (until(frame)) queueMicrotask(done);
    });
    port.transport.send(text, {
      kind: 'raw',
      headers: options.headers,
      onFailed: (error) => finish(() => reject(error)),
    });
  });
}

/** True for the response to a POST whose answer comes elsewhere (SSE): only there a received frame has a method. */
function isAcceptance({ http }: Frame): boolean {
  return http?.method === 'POST' && http.status !== undefined && http.status < 300;
}

/** True for the answers to requests that are under way on the same session. */
function answersOthers(frame: Frame, table: PendingTable): boolean {
  const messages = messagesIn(frame.text);
  return messages.length > 0 && messages.every((message) => isAnswer(message) && table.isOurs(message['id']));
}

function isAnswer(message: JsonObject): boolean {
  return message['method'] === undefined;
}

/** The messages of a text, as far as it can be parsed. */
function messagesIn(text: string): readonly JsonObject[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  return (Array.isArray(value) ? value : [value]).filter(isJsonObject);
}

/** The id and progress token of a message. */
function idsOf(message: JsonObject): readonly unknown[] {
  const params = isJsonObject(message['params']) ? message['params'] : {};
  const meta = isJsonObject(params['_meta']) ? params['_meta'] : {};
  return [message['id'], meta['progressToken']].filter((id) => id !== undefined);
}
