import { z } from 'zod';
import { positiveInteger, seconds } from './values.ts';

export const healthCheckSchema = z
  .strictObject({
    enabled: z.boolean().default(true).describe('false: the server is not asked.'),
    interval_seconds: seconds().max(86_400).default(30).describe('How often it is asked.'),
    failure_threshold: positiveInteger()
      .max(1000)
      .default(5)
      .describe('So many failures in a row, and it is down.'),
    timeout_seconds: seconds().max(3600).default(10).describe('An answer that takes longer is a failure.'),
    recovery_timeout_seconds: seconds()
      .max(86_400)
      .default(60)
      .describe('A server that is down is not asked again before.'),
  })
  .describe('The service asks this server by `ping` whether it is there. Not given: it does not ask.');
