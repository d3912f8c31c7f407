import { accessFiles } from './access-files.ts';
import { configFiles, type ServerChoice } from './config-files.ts';
import { suiteFiles } from './suite-files.ts';

/** What `init --production` writes: texts by path below the root, and directories that begin empty. */
export interface ProductionFiles {
  readonly files: Readonly<Record<string, string>>;
  readonly directories: readonly string[];
}

export function productionFiles(server: ServerChoice): ProductionFiles {
  return {
    files: { ...configFiles(server), ...suiteFiles, ...accessFiles },
    directories: ['test-suites/custom', 'baselines/performance', 'baselines/regression'],
  };
}
