import { z } from 'zod';
import { duration, httpUrl, name, path, timezone } from './values.ts';

export const serviceSchema = z
  .strictObject({
    host: name()
      .default('0.0.0.0')
      .describe(
        'Address that the ports of `monitoring` listen on. Of the API: see `security.api.host`.',
      ),
    data_dir: path()
      .optional()
      .describe(
        'Directory of what outlives a restart: database, baselines, reports. Default: /var/lib/mcp-test-harness.',
      ),
    database_url: z
      .string()
      .refine((text) => /^postgres(?:ql)?:\/\/\S+$/.test(text), 'Expected a URL postgres://…')
      .optional()
      .describe(
        'PostgreSQL, which several replicas share. The variable DATABASE_URL wins over it. Default: SQLite in `data_dir`, for one process.',
      ),
    max_concurrent_runs: z
      .number()
      .int()
      .min(1)
      .max(64)
      .default(2)
      .describe('How many runs one process carries out at once.'),
    drain_seconds: z
      .number()
      .min(0)
      .max(86_400)
      .default(30)
      .describe('How long runs may go on after SIGTERM, before they are handed back.'),
    run_retention_days: z
      .number()
      .int()
      .min(1)
      .max(36_500)
      .default(365)
      .describe('Runs that ended longer ago leave the database.'),
    public_url: httpUrl()
      .optional()
      .describe(
        'Where people reach the dashboard, e.g. https://harness.example.org: messages link to runs there.',
      ),
    timezone: timezone()
      .default('UTC')
      .describe('IANA name of the zone of summaries, and of schedules that name none.'),
  })
  .describe('The long-running service that `serve` starts.');

export const scheduleSchema = z
  .strictObject({
    name: name().describe('Unique name. A schedule with a new name begins anew.'),
    enabled: z.boolean().default(true).describe('false: nothing is due.'),
    kind: z
      .enum(['test', 'benchmark', 'compliance'])
      .default('test')
      .describe('What is done, as by the command of that name.'),
    suites: z
      .array(name())
      .default([])
      .describe('Names of suites, each a run of its own. Empty: every suite.'),
    cron: name()
      .optional()
      .describe(
        'When: minute, hour, day of the month, month, day of the week, e.g. "30 2 * * 1-5"; six fields begin with the second; @hourly, @daily, @weekly, @monthly, @yearly. Either this or `every`.',
      ),
    every: duration().optional().describe('How often: 30s, 15m, 12h, 7d, counted from 1970.'),
    timezone: timezone().optional().describe('Of `cron`. Default: `service.timezone`.'),
    jitter: duration()
      .default('0s')
      .describe('Runs start later than they are due by up to this, each schedule always by the same.'),
    overlap: z
      .enum(['skip', 'queue'])
      .default('skip')
      .describe('What happens to a run that is due while an earlier one is not over.'),
    catch_up: z
      .enum(['none', 'one', 'all'])
      .default('one')
      .describe('What happens to what was due while the service was down. all needs `overlap: queue`.'),
    catch_up_limit: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(24)
      .describe('With `catch_up: all`: how many at most, the latest ones.'),
  })
  .describe('What runs by itself, and when.');
