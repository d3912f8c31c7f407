/** A worker that tests kill: enqueues, claims and finishes runs, and says what was acknowledged. */
import { writeSync } from 'node:fs';
import { openStore } from '../open.ts';
import { aRun } from './runs.ts';

const [file = '', now = '', mode] = process.argv.slice(2);
const owner = `process-${process.pid}`;
const store = await openStore({ file, clock: () => Number(now) });

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

await store.runs.recover();
for (let n = 0; ; n += 1) {
  if (mode === 'for-ever') {
    const { run } = await store.runs.enqueue(aRun(`${now}-${n}`, { crashLimit: 100 }));
    say(`enqueued ${run.key}`);
    // Every third one stays behind for later rounds.
    if (n % 3 === 0) continue;
  }
  const claim = await store.runs.claim({ owner, leaseMs: 1000 });
  if (claim === undefined) break;
  await store.runs.renew(claim, 1000);
  if (await store.runs.finish(claim, { verdict: 'passed', summary: { text: 'x'.repeat(2000) } }))
    say(`finished ${claim.run.key}`);
}
await store.close();
