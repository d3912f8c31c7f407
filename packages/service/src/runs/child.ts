/**
 * The process in which runs go on, one at a time: one that eats all memory, hangs or crashes does so here, and not in the
 * service. It is told its job on stdin, says what comes of it on stdout, and ends when stdin does: whoever asked has then
 * what it wanted, or has gone.
 */
import { toHarnessError } from '@mcp-test-harness/core/errors';
import { enableCompileCache } from 'node:module';
import {
  heartbeatMs,
  readMessages,
  toLine,
  type MessageFromRun,
  type MessageToRun,
  type RunJob,
} from './messages.ts';

/** In UTF-16 units; a report is said in pieces of about this size. */
const pieceLength = 256 * 1024;

// Most of the time until it works would be compiling the same code as those before it.
enableCompileCache();

let stop = new AbortController();
// Nobody listens any more; the end of stdin says so too.
process.stdout.on('error', () => stop.abort());

function say(message: MessageFromRun): Promise<void> {
  return new Promise((done) => {
    process.stdout.write(toLine(message), () => done());
  });
}

async function carryOutJob(job: RunJob, signal: AbortSignal): Promise<void> {
  const { carryOut } = await import('./carry-out.ts');
  const carried = await carryOut(job, {
    signal,
    onServer: (name, pid) => void say({ type: 'server', name, pid }),
  });
  for (const { name, parts } of carried.reports) {
    let gathered = '';
    for (const part of parts) {
      gathered += part;
      if (gathered.length < pieceLength) continue;
      await say({ type: 'report', name, text: gathered });
      gathered = '';
    }
    await say({ type: 'report', name, text: gathered });
  }
  for (const samples of carried.samples) await say({ type: 'samples', ...samples });
  await say({ type: 'done', summary: carried.summary, interrupted: carried.interrupted });
}

async function begin(job: RunJob): Promise<void> {
  const heart = setInterval(() => void say({ type: 'alive' }), heartbeatMs);
  try {
    await carryOutJob(job, stop.signal);
  } catch (error) {
    const { code, message } = toHarnessError(error);
    await say({ type: 'failed', code, message });
  } finally {
    clearInterval(heart);
  }
}

for await (const message of readMessages<MessageToRun>(process.stdin)) {
  if (message.type === 'stop') {
    stop.abort();
    continue;
  }
  stop = new AbortController();
  void begin(message.job);
}
stop.abort();
