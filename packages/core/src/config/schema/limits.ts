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
    max_disk_usage_mb: z
      .number()
      .positive()
      .optional()
      .describe(
        'Space of the files that the process tree of one server has written, in MiB: in its working directory and that of temporary files, and whatever it holds open. Only on Linux.',
      ),
    max_network_connections: positiveInteger()
      .optional()
      .describe(
        'Established TCP connections of the process tree of one server, those that clients have opened included. Only on Linux.',
      ),
  })
  .describe('Limits on each server process that is started.');
