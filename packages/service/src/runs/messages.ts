/** What the service and the process of a run say to each other: one JSON document a line, over stdin and stdout. */
import type { Plan } from '@mcp-test-harness/core';
import type { BaselineSettings } from '@mcp-test-harness/core/baseline';
import type { Readable } from 'node:stream';
import type { RunKind } from '../settings/define.ts';
import type { ExecutedRun, RunSummary } from './define.ts';

/** All that the process of a run is told. It goes over a pipe: arguments and environments are shown to others. */
export interface RunJob {
  readonly kind: RunKind;
  readonly plan: Plan;
  /** What servers under test inherit. */
  readonly env: Readonly<Record<string, string>>;
  readonly baselines: BaselineSettings;
  readonly formats: readonly string[];
  readonly harnessVersion: string;
  /** What servers sent stays in the reports: the summary tells which expectation did not hold, not what came. */
  readonly withholdsBodies: boolean;
  /** Who changes a baseline. */
  readonly author: { readonly by: string; readonly reason: string };
}

export type MessageToRun =
  | { readonly type: 'run'; readonly job: RunJob }
  /** End what goes on, and tell what was found until now. */
  | { readonly type: 'stop' };

export type MessageFromRun =
  /** Said every {@link heartbeatMs}, so that a process that hangs is found. */
  | { readonly type: 'alive' }
  /** A server under test was started. */
  | { readonly type: 'server'; readonly name: string; readonly pid: number }
  /** A piece of a report. */
  | { readonly type: 'report'; readonly name: string; readonly text: string }
  | ({ readonly type: 'samples' } & ExecutedRun['samples'][number])
  /** The last message of a run that could be carried out; `interrupted`: only in part, since it was stopped. */
  | {
      readonly type: 'done';
      readonly summary: Omit<RunSummary, 'reports'>;
      readonly interrupted: boolean;
    }
  /** The last message of one that could not. */
  | { readonly type: 'failed'; readonly code: string; readonly message: string };

export const heartbeatMs = 5000;

/** The longest line that is taken, in bytes: a job holds a whole configuration. */
const longestLine = 64 * 1024 * 1024;

/** @throws Error for a line that no process of ours would write */
export async function* readMessages<Message>(stream: Readable): AsyncGenerator<Message> {
  let pieces: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      const line = Buffer.concat([...pieces, chunk.subarray(from, end)]).toString('utf8');
      from = end + 1;
      pieces = [];
      length = 0;
      yield JSON.parse(line) as Message;
    }
    pieces.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > longestLine) throw new Error(`a message of more than ${longestLine} bytes`);
  }
}

export function toLine(message: MessageToRun | MessageFromRun): string {
  return `${JSON.stringify(message)}\n`;
}
