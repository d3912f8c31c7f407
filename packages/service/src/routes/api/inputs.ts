/** What stands in paths and queries. */
import { z } from 'zod';
import { reportPeriods } from '../operations/reports.ts';
import { runKinds, runStates } from './documents.ts';

const segment = z.string().min(1).max(1000);
/** Of texts that a query holds. */
const word = z.string().min(1).max(1000);

export const runParams = z.object({ id: segment });
export const reportParams = z.object({ id: segment, name: segment });
export const suiteParams = z.object({ suite: segment });
export const periodParams = z.object({ period: z.enum(reportPeriods) });
export const periodReportParams = z.object({ period: z.enum(reportPeriods), name: segment });

const limit = z.coerce.number().int().min(1).max(200).default(50);
const instant = z.iso.datetime({ offset: true }).describe('ISO 8601');

export const runQuery = z.strictObject({
  kind: z.enum(runKinds).optional(),
  state: z.union([z.enum(runStates), z.array(z.enum(runStates)).max(10)]).optional(),
  suite: word.optional(),
  server: word.optional(),
  verdict: word.optional(),
  schedule: word.optional(),
  since: instant.optional().describe('Created at or after'),
  until: instant.optional().describe('Created before'),
  limit,
  cursor: z.string().max(500).optional().describe('`next` of the page before'),
});

export const auditQuery = z.strictObject({
  limit,
  cursor: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .optional()
    .describe('`next` of the page before'),
});
