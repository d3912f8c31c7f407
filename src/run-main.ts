/** The main step: what the inputs ask for, and the exit code that the result deserves. */
import type { JobOutcome } from '@mcp-test-harness/report/job';
import { readEvent, refuseUnsafeTarget } from './event.ts';
import { loadInputs } from './inputs.ts';
import { Log } from './log.ts';
import { endWithLog } from './lost-log.ts';
import { endProcess } from './services/index.ts';
import { Stop } from './stop.ts';
import { tellError } from './tell-error.ts';
import { openWorkplace, type Workplace } from './workplace.ts';

/** Each mode is loaded when it is asked for. */
const modes: Readonly<Record<'job' | 'merge' | 'comment', (place: Workplace) => Promise<JobOutcome>>> = {
  job: async (place) => (await import('./modes/job.ts')).runJob(place),
  merge: async (place) => (await import('./modes/merge.ts')).runMerge(place),
  comment: async (place) => (await import('./modes/comment.ts')).runComment(place),
};

export async function runMain(): Promise<void> {
  endWithLog();
  const log = new Log();
  let place: Workplace | undefined;
  const onUncaught = (error: unknown): void => {
    // What a request throws that was given up is a fault of a service: no verdict comes of it.
    if (place !== undefined && place.github.abandoned > 0) {
      log.warning(`A request that was given up has failed: ${String(error)}`);
      return;
    }
    tellError(error, log);
    void endProcess(1);
  };
  process.on('uncaughtException', onUncaught).on('unhandledRejection', onUncaught);
  let exitCode = 1;
  try {
    const outcome = await run(log, (opened) => (place = opened));
    log.line(`outcome: ${outcome}`);
    exitCode = outcome === 'passed' ? 0 : 1;
  } catch (error) {
    tellError(error, log);
  }
  log.flush();
  // A request that hangs must not keep the step from ending.
  await endProcess(exitCode);
}

async function run(log: Log, onOpen: (place: Workplace) => void): Promise<JobOutcome> {
  const { env } = process;
  const token = env['INPUT_TOKEN']?.trim();
  if (token !== undefined) log.hide(token);
  const inputs = loadInputs(env);
  const event = readEvent(env);
  refuseUnsafeTarget(event, inputs.allowUnsafeTarget);
  const stop = new Stop(inputs.timeoutMs);
  try {
    const place = openWorkplace(inputs, event, log, stop, env);
    onOpen(place);
    return await modes[inputs.mode](place);
  } finally {
    stop.dispose();
  }
}
