import { isJsonObject, type JsonObject } from '../../json.ts';
import type { ArrivalContext, OversizedMessage } from '../../transports/types.ts';
import type { Clock } from '../clock.ts';
import { cut, type FindingLog } from '../findings.ts';
import type { Recorder } from '../recorder.ts';
import { isSoundAnswer, kindOf, responseFaults } from './envelope.ts';
import { guessId, nestsTooDeep } from './json-scan.ts';
import { LineJoiner, type JoinHandler } from './line-joiner.ts';

/** How long a message that began may pause between two lines before it counts as cut off. */
const quietMs = 1000;
const noReasons: readonly string[] = Object.freeze([]);

/** Where messages go once they are told apart. `text` is the message as recorded. */
export interface InboxHandler {
  /** `malformed`: what is wrong with its envelope so far. */
  response(
    message: JsonObject,
    text: string,
    atMs: number,
    context: ArrivalContext | undefined,
    malformed: readonly string[],
  ): void;
  request(message: JsonObject, text: string, atMs: number, context: ArrivalContext | undefined): void;
  notification(message: JsonObject, text: string, atMs: number, context: ArrivalContext | undefined): void;
  /** A message that cannot be read, probably the answer to `id` when that could be made out. */
  unreadable(
    id: string | number | undefined,
    reason: string,
    text: string,
    atMs: number,
    tooLarge: boolean,
  ): void;
}

interface InboxOptions {
  readonly now: Clock;
  readonly recorder: Recorder;
  readonly findings: FindingLog;
  readonly limitBytes: number;
  /** Asked at each batch, since the revision is agreed on later. */
  readonly allowsBatches: () => boolean;
}

/** Turns what arrives into recorded frames and messages, whatever state it is in. */
export class Inbox implements JoinHandler {
  readonly #options: InboxOptions;
  readonly #handler: InboxHandler;
  readonly #joiner: LineJoiner;
  #quietTimer: NodeJS.Timeout | undefined;

  constructor(options: InboxOptions, handler: InboxHandler) {
    this.#options = options;
    this.#handler = handler;
    this.#joiner = new LineJoiner(this, options.limitBytes, () => this.#watchQuiet());
  }

  /** One line of a channel of lines. */
  line(text: string, bytes: number, atMs: number): void {
    if (text === '' && !this.#joiner.holding) {
      this.#options.recorder.record('noise', text, bytes, atMs);
      this.#options.findings.report('stdio.blank-line', 'an empty line between messages');
      return;
    }
    this.#joiner.line(text, bytes, atMs);
  }

  /** A text that the channel says is one message. */
  message(text: string, bytes: number, atMs: number, context: ArrivalContext | undefined): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.#options.recorder.record('received', text, bytes, atMs, context?.frame);
      this.#options.findings.report('jsonrpc.invalid-json', 'a message is not valid JSON', text);
      const id = context?.requestId ?? guessId(text);
      this.#handler.unreadable(id, 'the answer is not valid JSON', text, atMs, false);
      return;
    }
    this.#deliver(value, text, bytes, atMs, context, noReasons);
  }

  oversized(ends: OversizedMessage, atMs: number, context: ArrivalContext | undefined): void {
    const { recorder, findings, limitBytes } = this.#options;
    const text = `${ends.head}…${ends.tail}`;
    recorder.record('received', text, ends.bytes, atMs, context?.frame);
    const reason = `a message of ${ends.bytes} bytes is longer than the limit of ${limitBytes}`;
    findings.report('jsonrpc.too-large', reason, ends.head);
    this.#handler.unreadable(context?.requestId ?? guessId(text), reason, ends.head, atMs, true);
  }

  value(value: unknown, text: string, bytes: number, atMs: number, lines: number): void {
    let malformed = noReasons;
    if (lines > 1) {
      const reason = `the message is spread over ${lines} lines`;
      this.#options.findings.report('stdio.split-message', reason, text);
      malformed = [reason];
    }
    this.#deliver(value, text, bytes, atMs, undefined, malformed);
  }

  noise(text: string, bytes: number, atMs: number): void {
    this.#options.recorder.record('noise', text, bytes, atMs);
    if (text.startsWith('{') && text.includes('"jsonrpc"')) {
      this.#options.findings.report('jsonrpc.invalid-json', 'a message is not valid JSON', text);
      if (!isCall(text)) {
        this.#handler.unreadable(guessId(text), 'the answer is not valid JSON', text, atMs, false);
      }
      return;
    }
    this.#options.findings.report('stdio.noise', 'text on stdout that is no message', text);
  }

  truncated(text: string, bytes: number, atMs: number): void {
    this.#options.recorder.record('noise', text, bytes, atMs);
    if (!text.includes('"')) {
      this.#options.findings.report('stdio.noise', 'text on stdout that is no message', text);
      return;
    }
    this.#options.findings.report('jsonrpc.truncated', 'a message is cut off', text);
    if (isCall(text)) return;
    const reason = `the answer is cut off after ${bytes} bytes`;
    this.#handler.unreadable(guessId(text), reason, text, atMs, false);
  }

  /** The beginning of a message whose rest has not come yet. */
  unfinished(): string | undefined {
    return this.#joiner.unfinished();
  }

  /** Nothing will come any more. */
  end(): void {
    this.#joiner.giveUp();
    clearInterval(this.#quietTimer);
    this.#quietTimer = undefined;
  }

  #deliver(
    value: unknown,
    text: string,
    bytes: number,
    atMs: number,
    context: ArrivalContext | undefined,
    malformed: readonly string[],
  ): void {
    const { recorder, findings } = this.#options;
    if (nestsTooDeep(text)) {
      recorder.record('received', text, bytes, atMs, context?.frame);
      const reason = 'a message nests deeper than 1000 levels';
      findings.report('jsonrpc.too-deep', reason, text);
      this.#handler.unreadable(context?.requestId ?? guessId(text), reason, text, atMs, false);
      return;
    }
    if (isSoundAnswer(value)) {
      const frame = recorder.record('received', text, bytes, atMs, context?.frame);
      this.#handler.response(value, frame.text, atMs, context, malformed);
      return;
    }
    if (Array.isArray(value)) {
      const frame = recorder.record('received', text, bytes, atMs, context?.frame);
      this.#batch(value, frame.text, atMs, context, malformed);
      return;
    }
    const kind = isJsonObject(value) ? kindOf(value) : 'none';
    if (kind === 'none') {
      this.#notAMessage(value, text, bytes, atMs, context);
      return;
    }
    const frame = recorder.record('received', text, bytes, atMs, context?.frame);
    this.#route(value as JsonObject, kind, frame.text, atMs, context, malformed);
  }

  #route(
    message: JsonObject,
    kind: 'response' | 'request' | 'notification',
    text: string,
    atMs: number,
    context: ArrivalContext | undefined,
    malformed: readonly string[],
  ): void {
    if (kind === 'notification') {
      this.#handler.notification(message, text, atMs, context);
    } else if (kind === 'request') {
      this.#handler.request(message, text, atMs, context);
    } else {
      const faults = responseFaults(message);
      let reasons = malformed;
      for (const fault of faults) {
        this.#options.findings.report(fault.rule, fault.message, text);
        reasons = [...reasons, fault.message];
      }
      this.#handler.response(message, text, atMs, context, reasons);
    }
  }

  #batch(
    values: readonly unknown[],
    text: string,
    atMs: number,
    context: ArrivalContext | undefined,
    malformed: readonly string[],
  ): void {
    const { findings } = this.#options;
    let reasons = malformed;
    if (values.length === 0) {
      findings.report('jsonrpc.empty-batch', 'an empty array is no batch', text);
    } else if (!this.#options.allowsBatches()) {
      findings.report('jsonrpc.batch', 'a batch, which this revision does not have', text);
      reasons = [...malformed, 'the answer came in a batch, which this revision does not have'];
    }
    for (const value of values) {
      const kind = isJsonObject(value) ? kindOf(value) : 'none';
      if (kind === 'none') {
        findings.report('jsonrpc.not-a-message', 'a member of a batch is no message', text);
      } else {
        this.#route(value as JsonObject, kind, text, atMs, context, reasons);
      }
    }
  }

  #notAMessage(
    value: unknown,
    text: string,
    bytes: number,
    atMs: number,
    context: ArrivalContext | undefined,
  ): void {
    const { recorder, findings } = this.#options;
    if (context === undefined) {
      recorder.record('noise', text, bytes, atMs);
      const claimsToBe = isJsonObject(value) && value['jsonrpc'] !== undefined;
      if (claimsToBe) findings.report('jsonrpc.not-a-message', 'neither a request nor an answer', text);
      else findings.report('stdio.noise', 'text on stdout that is no message', text);
      return;
    }
    recorder.record('received', text, bytes, atMs, context.frame);
    findings.report('jsonrpc.not-a-message', `the body is no message: ${cut(text, 100)}`, text);
    if (context.requestId !== undefined) {
      this.#handler.unreadable(context.requestId, 'the answer is no JSON-RPC message', text, atMs, false);
    }
  }

  #watchQuiet(): void {
    if (this.#quietTimer !== undefined) return;
    this.#quietTimer = setInterval(() => {
      if (this.#joiner.holding && this.#options.now() - this.#joiner.heldSinceMs < quietMs) return;
      this.#joiner.giveUp();
      clearInterval(this.#quietTimer);
      this.#quietTimer = undefined;
    }, quietMs / 4);
    this.#quietTimer.unref();
  }
}

/** True for what is left of a request or notification: it must not end the request that waits for its answer. */
function isCall(text: string): boolean {
  return /"method"\s*:/.test(text) && !/"(?:result|error)"\s*:/.test(text);
}
