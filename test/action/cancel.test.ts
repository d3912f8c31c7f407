import { beforeAll, describe, expect, it } from 'vitest';
import { actionWorlds, commentsOf, headlineOf } from '../support/action-world.ts';
import type { RunReport } from '../support/runner/types.ts';
import { worlds } from '../support/runner/worlds.ts';

const openWorld = actionWorlds();

/** One test that ends at once, and one that never does. */
const files = {
  'mcp-test-harness.yaml': `servers:
  quick:
    command: node
    args: [server.mjs]
  stuck:
    command: node
    args: [server.mjs]
    env: { BEHAVIOUR: '{"hang": true}' }
global: { max_global_concurrency: 1 }
test_suites:
  - name: quick
    server: quick
    priority: 2
    test_cases:
      - { id: greet, tool_name: greet, input_params: { name: Ann }, expected: { text: 'Hello, Ann' } }
  - name: stuck
    server: stuck
    priority: 1
    test_cases:
      - { id: wait, tool_name: greet, timeout_override_seconds: 100 }
`,
};

describe.each(worlds)('a job that does not come to its end, $name', (kind) => {
  let cancelled: RunReport;
  let late: RunReport;

  beforeAll(async () => {
    if (kind.isSkipped) return;
    cancelled = await openWorld(kind, { files }).run({ event: 'pull_request', pr: 1, cancelAfter: '5s' });
    late = await openWorld(kind, { files }).run({
      event: 'pull_request',
      pr: 1,
      with: { 'timeout-minutes': '0.08' },
    });
  }, 120_000);

  it.skipIf(kind.isSkipped)('leaves no process when it is cancelled', () => {
    expect(cancelled.conclusion).toBe('cancelled');
    expect(cancelled.orphanProcesses).toEqual([]);
  });

  it.skipIf(kind.isSkipped)('is reported by the post step as far as it came', () => {
    expect(cancelled.artifacts.thisRun.map(({ files: own }) => own?.map(({ name }) => name))).toEqual([
      expect.arrayContaining(['job.json', 'results.json', 'report.html']) as string[],
    ]);
    expect(headlineOf(cancelled.summary)).toContain('Cancelled');
    expect(cancelled.summary).toContain('1 of 2 tests passed');
  });

  it.skipIf(kind.isSkipped)('comments on nothing when it is cancelled: the next run will', () => {
    expect(commentsOf(cancelled)).toEqual([]);
  });

  it.skipIf(kind.isSkipped)('is red when its own time is over, says why, and is told in full', () => {
    expect(late.conclusion).toBe('failure');
    expect(late.orphanProcesses).toEqual([]);
    expect(late.outputs).toMatchObject({ outcome: 'errored', passed: '1' });
    expect(late.annotations.some(({ message }) => message.includes('timeout-minutes: 0.08 are over'))).toBe(
      true,
    );
    expect(commentsOf(late)).toHaveLength(1);
  });
});
