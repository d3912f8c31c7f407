import type { Rebuilt } from '@mcp-test-harness/core/baseline';
import { HarnessError, isHarnessError } from '@mcp-test-harness/core/errors';
import { parseArguments } from '../../arguments.ts';
import { count } from '../../count.ts';
import type { Io } from '../../io.ts';
import { visible } from '../../visible.ts';
import type { BaselineActionRun, BaselineArguments } from '../actions.ts';
import { openBaselines, requireSuites } from '../open.ts';

/** Writes documents again from what is stored beside them, or by measuring again. */
const rebuild: BaselineActionRun = async (options, io) => {
  checkOptions(options);
  return options.rerun === true ? await measureAgain(options, io) : await fromJournals(options, io);
};
export default rebuild;

function checkOptions({ all, suite, rerun, dir, json }: BaselineArguments): void {
  const usage = (message: string, hint: string): HarnessError =>
    new HarnessError({ code: 'USAGE', message, hint });
  if ((all === true) === (suite !== undefined))
    throw usage(
      'baseline rebuild needs --all or --suite, and not both',
      'A corrupt document names its directory: baseline rebuild --suite NAME.',
    );
  if (rerun === true && dir !== undefined)
    throw usage(
      '--rerun measures what a configuration holds, where that keeps its baselines, and --dir names another place',
      'Measure there: mcp-test-harness benchmark --establish-baseline --baseline-dir DIR.',
    );
  if (rerun === true && json === true)
    throw usage('--json means nothing beside --rerun', 'See `mcp-test-harness benchmark --json`.');
}

async function fromJournals(options: BaselineArguments, io: Io): Promise<number> {
  const opened = await openBaselines(options, io);
  const results: unknown[] = [];
  for (const suite of requireSuites(opened)) {
    const rebuilt = await opened.store.rebuild(suite);
    const { baseline, events, faultyLines, from } = rebuilt;
    results.push({ suite, from, events, faultyLines, runs: baseline.history.length });
    if (options.json !== true) io.stdout(`${suite}: ${describe(rebuilt)}\n`);
  }
  if (options.json === true) io.stdout(`${JSON.stringify(results, undefined, 2)}\n`);
  return 0;
}

function describe({ baseline, faultyLines, from }: Rebuilt): string {
  const lost =
    faultyLines.length === 0
      ? ''
      : `; ${count(faultyLines.length, 'line')} could not be read and ${faultyLines.length === 1 ? 'is' : 'are'} lost: ${faultyLines.join(', ')}`;
  return `rebuilt from ${from}, ${count(baseline.history.length, 'run')}${lost}`;
}

/** The history that can be read stays; what cannot be read makes way. */
async function measureAgain(options: BaselineArguments, io: Io): Promise<number> {
  const opened = await openBaselines(options, io);
  const suites = requireSuites(opened);
  for (const suite of suites) {
    try {
      await opened.store.read(suite);
    } catch (error) {
      if (!isHarnessError(error)) throw error;
      io.stderr(`${visible(suite)}: ${await mend(suite, opened.store)}\n`);
    }
  }
  const { default: benchmark } = await import('../../commands/benchmark.ts');
  const { config, environment, set } = options;
  const given = parseArguments(benchmark, [
    '--establish-baseline',
    ...suites.map((suite) => `--suite=${suite}`),
    ...(config === undefined ? [] : [`--config=${config}`]),
    ...(environment === undefined ? [] : [`--environment=${environment}`]),
    ...set.map((one) => `--set=${one}`),
  ]);
  return await benchmark.run(given, io);
}

async function mend(
  suite: string,
  store: Awaited<ReturnType<typeof openBaselines>>['store'],
): Promise<string> {
  try {
    return describe(await store.rebuild(suite));
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    return `nothing of it can be read; the document is now ${(await store.setAside(suite)) ?? 'gone'}`;
  }
}
