import { HarnessError } from '@mcp-test-harness/core/errors';
import { count } from '../../count.ts';
import type { BaselineActionRun } from '../actions.ts';
import { openBaselines, requireSuites } from '../open.ts';

/** Writes documents again from what is stored beside them. */
const rebuild: BaselineActionRun = async (options, io) => {
  if ((options.all === true) === (options.suite !== undefined)) {
    throw new HarnessError({
      code: 'USAGE',
      message: 'baseline rebuild needs --all or --suite, and not both',
      hint: 'A corrupt document names its directory: baseline rebuild --suite NAME.',
    });
  }
  const opened = await openBaselines(options, io);
  const results: unknown[] = [];
  for (const suite of requireSuites(opened)) {
    const { baseline, events, faultyLines, from } = await opened.store.rebuild(suite);
    results.push({ suite, from, events, faultyLines, runs: baseline.history.length });
    if (options.json === true) continue;
    const lost =
      faultyLines.length === 0
        ? ''
        : `; ${count(faultyLines.length, 'line')} could not be read and ${faultyLines.length === 1 ? 'is' : 'are'} lost: ${faultyLines.join(', ')}`;
    io.stdout(`${suite}: rebuilt from ${from}, ${count(baseline.history.length, 'run')}${lost}\n`);
  }
  if (options.json === true) io.stdout(`${JSON.stringify(results, undefined, 2)}\n`);
  return 0;
};
export default rebuild;
