import { isHarnessError } from '@mcp-test-harness/core/errors';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { count } from '../../count.ts';
import { visible } from '../../visible.ts';
import type { BaselineActionRun } from '../actions.ts';
import { openBaselines } from '../open.ts';

/** As the largest document that is read. */
const limitBytes = 128 * 1024 * 1024;

interface Judged {
  readonly name: string;
  readonly file: string;
  readonly valid: boolean;
  readonly message: string;
}

/** The guide's validate-baselines.py, with outliers that can be found, and an empty directory that is no success. */
const validate: BaselineActionRun = async (options, io) => {
  const { store, settings } = await openBaselines(options, io);
  const found = (await store.list()).filter(
    ({ suite, place }) =>
      options.suite === undefined || (suite ?? basename(dirname(place))) === options.suite,
  );
  const judged: Judged[] = [];
  for (const { place } of found) judged.push(await judge(place, settings.rules.validity.minimumSamples));
  if (options.json === true) io.stdout(`${JSON.stringify(judged, undefined, 2)}\n`);
  else {
    for (const { name, valid, message } of judged)
      io.stdout(`${valid ? '✅' : '❌'} ${visible(name)}: ${visible(message)}\n`);
  }
  if (judged.length === 0) {
    io.stderr(`❌ ${store.place} holds no baselines\n`);
    return 1;
  }
  const faulty = judged.filter(({ valid }) => !valid).length;
  if (faulty > 0) io.stderr(`${faulty} of ${count(judged.length, 'baseline')} cannot be relied on\n`);
  return faulty === 0 ? 0 : 1;
};
export default validate;

async function judge(file: string, minimumSamples: number): Promise<Judged> {
  const { defaultValidity, judgeResponseTimes, readResponseTimes } =
    await import('@mcp-test-harness/core/baseline');
  const name = basename(dirname(file));
  try {
    const { size } = await stat(file);
    if (size > limitBytes) return { name, file, valid: false, message: `too large: ${size} bytes` };
    const times = await readResponseTimes(await readFile(file, 'utf8'), file);
    if (times === undefined)
      return { name, file, valid: true, message: 'Valid baseline: no benchmarks, outcomes of tests only' };
    return { name, file, ...judgeResponseTimes(times, { ...defaultValidity, minimumSamples }) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const line =
      isHarnessError(error) && error.location !== undefined ? ` (line ${error.location.line})` : '';
    return { name, file, valid: false, message: `${message}${line}` };
  }
}
