import { rollBack } from '@mcp-test-harness/core/baseline';
import { HarnessError } from '@mcp-test-harness/core/errors';
import type { BaselineActionRun } from '../actions.ts';
import { readAuthor } from '../author.ts';
import { openBaselines, requireSuites } from '../open.ts';
import { readVersion } from '../read-version.ts';
import { sayCommit, sayDate } from '../words.ts';

/** Approves again what was approved before; the history stays, since what was measured was measured. */
const rollback: BaselineActionRun = async (options, io) => {
  const opened = await openBaselines(options, io);
  const [suite, other] = requireSuites(opened);
  if (suite === undefined || other !== undefined) {
    throw new HarnessError({
      code: 'USAGE',
      message: 'baseline rollback needs --suite: there are several',
      hint: `Known: ${opened.suites.join(', ')}.`,
    });
  }
  const version = await readVersion(opened.store, suite, options.to);
  const baseline = await rollBack(opened.store, suite, version, readAuthor(io, options.reason));
  if (options.json === true) io.stdout(`${JSON.stringify(baseline, undefined, 2)}\n`);
  else {
    const { run } = version.approved;
    io.stdout(`${suite}: the run of ${sayDate(run.at)} (${sayCommit(run)}) is approved again\n`);
  }
  return 0;
};
export default rollback;
