/** A service that carries out one run and nothing else: for tests that kill it. */
import { createRunExecutor } from '../execute-run.ts';
import { claimOf } from './claims.ts';
import { rememberingLogger } from './logger.ts';
import { planOf, settingsIn } from './settings.ts';

const [folder = '', config = '{}'] = process.argv.slice(2);
const plan = await planOf(folder, JSON.parse(config) as object);
const executor = createRunExecutor({
  settings: () => settingsIn(folder, plan),
  log: rememberingLogger(),
  version: '1.2.3',
  env: process.env,
});
await executor.execute(claimOf({ kind: 'test', suites: [] }), new AbortController().signal);
