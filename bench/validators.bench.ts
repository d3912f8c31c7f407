import { resolve } from 'node:path';
import { loadValidators } from '../packages/core/src/protocol/revisions/validators.ts';
import { supportedRevisions, type Revision } from '../packages/core/src/protocol/types.ts';
import { runNode } from './commands.ts';
import { compareBlocks, median } from './compare.ts';
import type { Bench, BenchResult } from './define.ts';

const loadScript = resolve(import.meta.dirname, 'fixtures/load-validators.ts');
const longestLoadMs = 80;

/** Import to first judgement of one revision, each time in a new process, without the start of Node.js. */
async function measureLoad(revision: Revision): Promise<BenchResult> {
  const times: number[] = [];
  for (let run = 0; run < 11; run += 1) {
    const { stdout } = await runNode([loadScript, revision]);
    times.push(Number(stdout));
  }
  const loadMs = median(times);
  return { ratio: longestLoadMs / loadMs, note: `${loadMs.toFixed(1)} ms of ${longestLoadMs}` };
}

const answer = {
  content: [{ type: 'text', text: 'Echo: hello, this is a message of ordinary length' }],
  isError: false,
};
const operations = 20_000;
const longestMessageUs = 6;

/** What judging adds to parsing a small answer. */
async function measureMessage(revision: Revision): Promise<BenchResult> {
  const validators = await loadValidators(revision);
  const text = JSON.stringify(revision === '2026-07-28' ? { ...answer, resultType: 'complete' } : answer);
  let violations = 0;
  const { oursMs, rawMs } = await compareBlocks(
    () => {
      for (let count = 0; count < operations; count += 1) {
        violations += validators.result('tools/call', JSON.parse(text)).length;
      }
    },
    () => {
      for (let count = 0; count < operations; count += 1) {
        violations += JSON.parse(text) === undefined ? 1 : 0;
      }
    },
  );
  if (violations > 0) throw new Error(`a sound answer has ${violations} violations at ${revision}`);
  const addedUs = ((oursMs - rawMs) / operations) * 1000;
  return {
    ratio: longestMessageUs / addedUs,
    note: `${addedUs.toFixed(2)} µs of ${longestMessageUs}; parsing alone ${((rawMs / operations) * 1000).toFixed(2)}`,
  };
}

export default supportedRevisions.flatMap((revision): Bench[] => [
  { name: `validators of ${revision}: load`, minRatio: 1, aim: 1.5, run: () => measureLoad(revision) },
  { name: `validators of ${revision}: a message`, minRatio: 1, aim: 2, run: () => measureMessage(revision) },
]);
