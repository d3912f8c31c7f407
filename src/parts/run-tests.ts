import type { Plan, RunResult } from '@mcp-test-harness/core';
import { createMultiplexer, createReporter, journalLine } from '@mcp-test-harness/report';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Workplace } from '../workplace.ts';

/** Every result as it comes, so that a killed run leaves what it had found. */
export const journalFile = 'results.partial.jsonl';

/** Runs the suites of a plan, told in the log as it goes. */
export async function runTests(plan: Plan, place: Workplace): Promise<RunResult> {
  const { log, env, directory, harness, stop, reports } = place;
  const [{ runPlan }, { createSnapshotStore }] = await Promise.all([
    import('@mcp-test-harness/core/runner'),
    import('@mcp-test-harness/core/assertions'),
  ]);
  return await log.group('Tests', async () => {
    const terminal = await createReporter('terminal', {
      write: (text) => log.write(text),
      color: true,
      interactive: false,
      columns: 120,
      verbosity: 0,
      cwd: directory,
    });
    const journal = openSync(join(reports, journalFile), 'w');
    const onEvent = createMultiplexer(
      [
        {
          name: 'journal',
          onEvent: (event) => {
            const line = journalLine(event);
            if (line !== undefined) writeSync(journal, line);
          },
        },
        { name: 'terminal', onEvent: (event) => terminal.onEvent?.(event) },
      ],
      (name, error) => log.warning(`The ${name} report failed and was switched off: ${String(error)}`),
    );
    try {
      const result = await runPlan(plan, {
        env,
        cwd: directory,
        onEvent,
        signal: stop.signal,
        harness,
        snapshots: createSnapshotStore({ dir: plan.baseDir, update: false, ci: true }),
      });
      terminal.close?.();
      for (const part of terminal.render?.(result) ?? []) log.write(part);
      return result;
    } finally {
      closeSync(journal);
    }
  });
}
