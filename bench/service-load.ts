/**
 * The service under the load that it is meant to bear: 200 suites, each due once a minute, for 15 minutes. Prints how much
 * later than due runs began, what the memory did, and how long /metrics took.
 *
 *   npm run bench:service -- [--suites 200] [--minutes 15]
 *
 * Schedule lag is from the instant at which a run may begin (due, and its jitter) to its beginning.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { quantile } from '../packages/core/src/statistics/index.ts';
import { openStore } from '../packages/service/src/store/index.ts';
import { serviceConfig, startServe } from '../test/support/serve.ts';
import { echoTest } from '../test/support/suites.ts';

const { values } = parseArgs({
  options: { suites: { type: 'string', default: '200' }, minutes: { type: 'string', default: '15' } },
});
const minutes = Number(values.minutes);
const folder = mkdtempSync(join(tmpdir(), 'mcp-test-harness-load-'));
const suites = Array.from({ length: Number(values.suites) }, (_, index) => ({
  name: `suite-${index}`,
  test_cases: [echoTest('echo')],
}));

try {
  const began = performance.now();
  const service = await startServe(
    folder,
    serviceConfig(folder, {
      test_suites: suites as unknown as object,
      schedules: [{ name: 'minutely', kind: 'test', every: '1m', jitter: '55s' }] as unknown as object,
      reporting: { formats: ['json'] },
    }),
  );
  console.log(`ready after ${((performance.now() - began) / 1000).toFixed(2)} s`);
  const metricsMs: number[] = [];
  for (let minute = 1; minute <= minutes; minute += 1) {
    const until = performance.now() + 60_000;
    let text = '';
    while (performance.now() < until) {
      const asked = performance.now();
      text = await (await fetch(`${service.metrics}/metrics`)).text();
      metricsMs.push(performance.now() - asked);
      await sleep(1000);
    }
    const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
    const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
    console.log(
      `minute ${minute}: rss ${(value('process_resident_memory_bytes') / 2 ** 20).toFixed(0)} MiB, ${series} series`,
    );
  }
  service.kill('SIGTERM');
  await service.ended;
  const store = await openStore({ file: join(folder, 'data/store.db') });
  const lagsMs: number[] = [];
  const states = new Map<string, number>();
  let cursor: string | undefined;
  do {
    const page = await store.runs.list({}, { limit: 200, cursor });
    for (const { state, startedAt, availableAt } of page.items) {
      states.set(state, (states.get(state) ?? 0) + 1);
      if (startedAt !== undefined) lagsMs.push(startedAt - availableAt);
    }
    cursor = page.next;
  } while (cursor !== undefined);
  await store.close();
  const say = (all: readonly number[]): string =>
    [0.5, 0.99, 1].map((share) => `${Math.round(quantile(all, share))} ms`).join(', ');
  console.log(`runs: ${[...states].map(([state, count]) => `${count} ${state}`).join(', ')}`);
  console.log(`schedule lag p50, p99, max: ${say(lagsMs)}`);
  console.log(`/metrics p50, p99, max: ${say(metricsMs)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
