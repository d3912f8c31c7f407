/**
 * Judges the real servers of ./scorecard/servers.ts by the built command line, writes ./scorecard/results.json and
 * docs/scorecard.md, and fails when the harness crashed, hung, or left a process behind, or when a failure has no frame or
 * no sentence of the specification. `npm run scorecard -- TEXT` renews only the servers whose name has the text. Installs
 * hundreds of MB into node_modules/.cache.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { installServer } from './scorecard/install.ts';
import { renderScorecard } from './scorecard/render.ts';
import { readScores, writeScores } from './scorecard/results.ts';
import { runServer } from './scorecard/run-server.ts';
import { servers } from './scorecard/servers.ts';
import { problemsOf, toScore } from './scorecard/to-score.ts';
import type { Score, ScoredServer } from './scorecard/types.ts';

const root = resolve(import.meta.dirname, '..');
const cache = resolve(root, 'node_modules/.cache/scorecard');
const [wanted = ''] = process.argv.slice(2);

const date = new Date().toISOString().slice(0, 10);
const { version: harnessVersion } = JSON.parse(
  await readFile(resolve(root, 'packages/cli/package.json'), 'utf8'),
) as { version: string };
const before = await readScores().catch((): readonly Score[] => []);

const scores: Score[] = [];
for (const server of servers) {
  const score = server.package.includes(wanted)
    ? await judge(server)
    : before.find((one) => isOf(one, server));
  if (score !== undefined) scores.push(score);
}
await writeScores(scores);
await writeFile(resolve(root, 'docs/scorecard.md'), renderScorecard(scores));

async function judge(server: ScoredServer): Promise<Score | undefined> {
  const name = `${server.package}@${server.version} over ${server.transport}`;
  try {
    const run = await runServer(server, await installServer(server, cache));
    const score = toScore(server, run, { date, harnessVersion });
    const { passed, failed, warnings } = score.totals;
    console.log(`${name}: ${passed} passed, ${failed} failed, ${warnings} warnings in ${score.seconds} s`);
    for (const problem of problemsOf(score)) report(`${name}: ${problem}`);
    return score;
  } catch (error) {
    report(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function report(problem: string): void {
  process.exitCode = 1;
  console.error(problem);
}

function isOf(score: Score, server: ScoredServer): boolean {
  return score.package === server.package && score.transport === server.transport;
}
