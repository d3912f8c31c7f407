import { isJsonObject } from '../json.ts';
import type { EndReason, Transport } from '../transports/types.ts';
import { endError } from './end-error.ts';
import type { Exchanges } from './exchanges.ts';
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
  const { until = isReceived } = options;
  for (const id of idsIn(text)) port.exchanges.table.addRawId(id);
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
      if (frame.direction === 'sent') return;
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

function isReceived(frame: Frame): boolean {
  return frame.direction === 'received';
}

/** Ids and progress tokens of the messages in a raw text, as far as it can be parsed. */
function idsIn(text: string): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  return (Array.isArray(value) ? value : [value]).filter(isJsonObject).flatMap((message) => {
    const params = isJsonObject(message['params']) ? message['params'] : {};
    const meta = isJsonObject(params['_meta']) ? params['_meta'] : {};
    return [message['id'], meta['progressToken']].filter((id) => id !== undefined);
  });
}
