import { z } from 'zod';
import { positiveInteger } from './values.ts';

export const resourceLimitsSchema = z
  .strictObject({
    max_memory_mb: z
      .number()
      .positive()
      .optional()
      .describe(
        'Resident memory of the whole process tree of one server, in MiB. Beyond it the server is killed and the test errors.',
      ),
    max_cpu_seconds: z
      .number()
      .positive()
      .optional()
      .describe('CPU time (user and system) of the whole process tree of one server, in seconds.'),
    max_open_files: positiveInteger()
      .optional()
      .describe('Open files per process: a hard limit that the server cannot lift.'),
  })
  .describe('Limits on each server process that is started.');
