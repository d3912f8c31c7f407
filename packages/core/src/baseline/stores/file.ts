import { z } from 'zod';
import { FileStore } from './file-store.ts';
import { defineBaselineStore } from './define.ts';

/** Keeps each baseline as `<directory>/<suite>/baseline.json`, with its journal and earlier versions beside it. */
export default defineBaselineStore({
  name: 'file',
  options: z.strictObject({
    directory: z.string().min(1).describe('Absolute path'),
    single: z
      .boolean()
      .optional()
      .describe('The directory is that of the one suite, as `--output-dir` names it: no folder a suite.'),
  }),
  create: async ({ directory, single }, context) =>
    new FileStore({ directory, single: single === true, ...context }),
});
