/** A restore that is killed before one of its renames. Arguments: directory of backups, name, number of the rename. */
import { restoreBackup } from '../restore.ts';
import { swapFiles } from '../swap.ts';

const [directory = '', name = '', killAt = ''] = process.argv.slice(2);
let renames = 0;
await restoreBackup({
  directory,
  name,
  version: '0.0.0',
  env: {},
  now: Date.now,
  keyFiles: [],
  databaseUrl: undefined,
  files: {
    ...swapFiles,
    rename: async (from, to) => {
      if (renames === Number(killAt)) process.kill(process.pid, 'SIGKILL');
      renames += 1;
      await swapFiles.rename(from, to);
    },
  },
});
process.stdout.write(`${renames} renames\n`);
