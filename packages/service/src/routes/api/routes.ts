/** Every route of the API, with the permission that it asks for: the one table that listener and OpenAPI document are made of. */
import { loadAuditKey, readAuditEntries, verifyWholeLog, type AuditVerdict } from '../../audit/index.ts';
import type { ServiceContext } from '../define.ts';
import { HttpError } from '../listener/problem.ts';
import { approveBaseline, listBaselines, openBaseline, rollBackBaseline } from '../operations/baselines.ts';
import {
  listSummaryReports,
  readRunReport,
  readSummaryReport,
  type ReportFile,
} from '../operations/reports.ts';
import { cancelRun, findRun, requestRun } from '../operations/runs.ts';
import { listSchedules } from '../operations/schedules.ts';
import { listServers } from '../operations/servers.ts';
import { configuredName, latestRuns } from '../operations/suites.ts';
import { defineRoute, type ApiAnswer, type ApiRoute } from './define-route.ts';
import * as documents from './documents.ts';
import * as inputs from './inputs.ts';
import { makeOpenApi } from './openapi.ts';

const ok = (body: unknown, headers?: Readonly<Record<string, string>>): ApiAnswer => ({
  status: 200,
  body,
  headers,
});
const file = ({ bytes, headers }: ReportFile): ApiAnswer => ({ status: 200, body: bytes, headers });

const reportMediaTypes = ['text/html', 'application/json', 'application/xml', 'text/markdown'];

export const apiRoutes: readonly ApiRoute[] = [
  defineRoute({
    method: 'GET',
    path: '/openapi.json',
    permission: undefined,
    tag: 'API',
    summary: 'This document.',
    answers: { 200: { description: 'OpenAPI 3.1' } },
    handle: async ({ context }) => ok(makeOpenApi(apiRoutes, context.version)),
  }),

  defineRoute({
    method: 'GET',
    path: '/runs',
    permission: 'test:view',
    tag: 'Runs',
    summary: 'Runs, newest first.',
    query: inputs.runQuery,
    answers: { 200: { description: 'A page', schema: documents.runPageSchema } },
    handle: async ({ context, query }) => {
      const { kind, state, suite, server, verdict, schedule, since, until, limit, cursor } = query;
      const { items, next } = await context.store.runs.list(
        {
          kind,
          states: state === undefined ? undefined : [state].flat(),
          suite,
          server,
          verdict,
          scheduleId: schedule,
          since: since === undefined ? undefined : Date.parse(since),
          until: until === undefined ? undefined : Date.parse(until),
        },
        { limit, cursor },
      );
      return ok({ items: items.map(documents.toRunDocument), next });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/runs',
    permission: 'test:run',
    tag: 'Runs',
    summary: 'Runs suites now.',
    body: documents.runRequestSchema,
    idempotent: true,
    answers: {
      202: { description: 'It waits for a worker; Location says where to look', schema: documents.runSchema },
      422: { description: 'A suite is not known', schema: documents.problemSchema },
    },
    handle: async ({ context, caller, body, idempotencyKey }) => {
      const run = await requestRun(context, caller, body, idempotencyKey);
      return {
        status: 202,
        body: documents.toRunDocument(run),
        headers: { location: `/api/v1/runs/${run.id}` },
      };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/runs/{id}',
    permission: 'test:view',
    tag: 'Runs',
    summary: 'A run, what came of it, and its attempts.',
    params: inputs.runParams,
    answers: { 200: { description: 'The run', schema: documents.runDetailSchema } },
    handle: async ({ context, params: { id } }) => {
      const run = await findRun(context, id);
      const { runs } = context.store;
      const [result, attempts] = await Promise.all([runs.result(id), runs.attempts(id)]);
      return ok(documents.toRunDetail(run, result, attempts));
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/runs/{id}/cancel',
    permission: 'test:cancel',
    tag: 'Runs',
    summary: 'Ends a run that waits or goes on.',
    params: inputs.runParams,
    answers: {
      200: { description: 'It waited, and is over', schema: documents.cancelledSchema },
      202: { description: 'Its worker is told', schema: documents.cancelledSchema },
      409: { description: 'It is over already', schema: documents.problemSchema },
    },
    handle: async ({ context, params }) => {
      const state = await cancelRun(context, params.id);
      return { status: state === 'cancelled' ? 200 : 202, body: { state } };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/runs/{id}/reports/{name}',
    permission: 'report:view',
    tag: 'Reports',
    summary: 'A report file of a run.',
    params: inputs.reportParams,
    answers: { 200: { description: 'The file', mediaTypes: reportMediaTypes } },
    handle: async ({ context, params }) => file(await readRunReport(context, params.id, params.name)),
  }),
  defineRoute({
    method: 'GET',
    path: '/reports/{period}',
    permission: 'report:view',
    tag: 'Reports',
    summary: 'Daily or weekly reports, newest first.',
    params: inputs.periodParams,
    answers: { 200: { description: 'All that are kept', schema: documents.reportListSchema } },
    handle: async ({ context, params: { period } }) =>
      ok({
        items: (await listSummaryReports(context, period)).map((name) => ({
          name,
          href: `/api/v1/reports/${period}/${encodeURIComponent(name)}`,
        })),
      }),
  }),
  defineRoute({
    method: 'GET',
    path: '/reports/{period}/{name}',
    permission: 'report:view',
    tag: 'Reports',
    summary: 'A daily or weekly report.',
    params: inputs.periodReportParams,
    answers: { 200: { description: 'The file', mediaTypes: reportMediaTypes } },
    handle: async ({ context, params }) => file(await readSummaryReport(context, params.period, params.name)),
  }),

  defineRoute({
    method: 'GET',
    path: '/suites',
    permission: 'test:view',
    tag: 'Configuration',
    summary: 'Suites, each with its last run.',
    answers: { 200: { description: 'In the order of the plan', schema: documents.suiteListSchema } },
    handle: async ({ context }) => {
      const { plan } = context.settings();
      const latest = await latestRuns(context);
      return ok({
        items: plan.suites.map(({ name, description, server, tests }) => {
          const last = latest.get(name);
          return {
            name,
            description,
            server: configuredName(plan, server),
            tests: tests.length,
            tags: [...new Set(tests.flatMap(({ tags }) => tags))].toSorted(),
            lastRun: last === undefined ? undefined : documents.toLastRun(last),
          };
        }),
      });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/servers',
    permission: 'test:view',
    tag: 'Configuration',
    summary: 'Servers under test, and whether they are up.',
    answers: { 200: { description: 'All', schema: documents.serverListSchema } },
    handle: async ({ context }) =>
      ok({ items: (await listServers(context)).map(documents.toServerDocument) }),
  }),
  defineRoute({
    method: 'GET',
    path: '/schedules',
    permission: 'test:view',
    tag: 'Configuration',
    summary: 'Schedules, and when they are due.',
    answers: { 200: { description: 'All', schema: documents.scheduleListSchema } },
    handle: async ({ context, now }) =>
      ok({ items: (await listSchedules(context, now)).map(documents.toScheduleDocument) }),
  }),

  defineRoute({
    method: 'GET',
    path: '/baselines',
    permission: 'baseline:view',
    tag: 'Baselines',
    summary: 'What runs are compared with.',
    answers: { 200: { description: 'By suite', schema: documents.baselineListSchema } },
    handle: async ({ context }) =>
      ok({ items: (await listBaselines(context)).map(documents.toBaselineItem) }),
  }),
  defineRoute({
    method: 'GET',
    path: '/baselines/{suite}',
    permission: 'baseline:view',
    tag: 'Baselines',
    summary: 'The baseline of a suite.',
    params: inputs.suiteParams,
    answers: { 200: { description: 'The baseline', schema: documents.baselineSummarySchema } },
    handle: async ({ context, params: { suite } }) =>
      ok(documents.toBaselineDocument((await openBaseline(context, suite)).baseline)),
  }),
  defineRoute({
    method: 'GET',
    path: '/baselines/{suite}/history',
    permission: 'baseline:view',
    tag: 'Baselines',
    summary: 'What happened to a baseline: who approved what, and why.',
    params: inputs.suiteParams,
    answers: { 200: { description: 'Oldest first', schema: documents.baselineHistorySchema } },
    handle: async ({ context, params: { suite } }) => {
      const { store } = await openBaseline(context, suite);
      return ok({ items: (await store.events(suite)).map(documents.toBaselineEvent) });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/baselines/{suite}/approve',
    permission: 'baseline:update',
    tag: 'Baselines',
    summary: 'Lets a run of the history become the measure of others.',
    params: inputs.suiteParams,
    body: documents.approvalSchema,
    answers: {
      200: { description: 'The baseline as it is now', schema: documents.baselineSummarySchema },
      409: { description: 'The rules do not allow it', schema: documents.problemSchema },
    },
    handle: async ({ context, caller, params: { suite }, body, now }) =>
      ok(documents.toBaselineDocument(await approveBaseline(context, caller, suite, body, now))),
  }),
  defineRoute({
    method: 'POST',
    path: '/baselines/{suite}/rollback',
    permission: 'baseline:rollback',
    tag: 'Baselines',
    summary: 'Lets what was approved in an earlier version be approved again.',
    params: inputs.suiteParams,
    body: documents.rollbackSchema,
    answers: {
      200: { description: 'The baseline as it is now', schema: documents.baselineSummarySchema },
      409: { description: 'That version cannot be read', schema: documents.problemSchema },
    },
    handle: async ({ context, caller, params: { suite }, body, now }) =>
      ok(documents.toBaselineDocument(await rollBackBaseline(context, caller, suite, body, now))),
  }),

  defineRoute({
    method: 'GET',
    path: '/config',
    permission: 'config:view',
    tag: 'Service',
    summary: 'The effective configuration, secrets hidden.',
    answers: { 200: { description: 'YAML', mediaTypes: ['application/yaml'] } },
    handle: async ({ context }) => ok(await context.exportConfig(), { 'content-type': 'application/yaml' }),
  }),
  defineRoute({
    method: 'POST',
    path: '/config/reload',
    permission: 'config:reload',
    tag: 'Service',
    summary: 'Reads configuration and policy again.',
    answers: {
      200: { description: 'They are in force', schema: documents.reloadSchema },
      422: {
        description: 'They are broken; the earlier ones stay in force',
        schema: documents.problemSchema,
      },
    },
    handle: async ({ context }) => {
      const { ok: reloaded, problems } = await context.reload();
      if (reloaded) return ok({ ok: true });
      throw new HttpError(422, `the earlier configuration stays in force: ${problems.join('; ')}`);
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/audit',
    permission: 'audit:view',
    tag: 'Audit',
    summary: 'The audit log, newest first.',
    query: inputs.auditQuery,
    answers: { 200: { description: 'A page', schema: documents.auditPageSchema } },
    handle: async ({ context, query: { limit, cursor } }) => {
      const { file: log } = auditSettings(context);
      const before = cursor === undefined ? undefined : Number(cursor);
      return ok(documents.toAuditPage(await readAuditEntries({ file: log, limit, before }), limit));
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/audit/verify',
    permission: 'audit:view',
    tag: 'Audit',
    summary: 'Whether the audit log is as it was written.',
    answers: { 200: { description: 'The verdict', schema: documents.auditVerdictSchema } },
    handle: async ({ context }) => {
      const { file: log, keyFile } = auditSettings(context);
      return ok(tellVerdict(await verifyWholeLog({ file: log, key: await loadAuditKey(keyFile) })));
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/stats',
    permission: 'config:view',
    tag: 'Service',
    summary: 'Memory of the service and of servers under test, the queue, notifications.',
    answers: { 200: { description: 'Now', schema: documents.statsSchema } },
    handle: async ({ context, now }) => {
      const [memory, queue, notifications] = await Promise.all([
        context.memory(),
        context.queue.depth(),
        context.store.outbox.counts(),
      ]);
      return ok({
        version: context.version,
        phase: context.phase(),
        uptimeSeconds: Math.round((now - context.startedAt) / 1000),
        store: context.store.kind,
        memory,
        queue,
        notifications,
      });
    },
  }),
];

function auditSettings({ settings }: ServiceContext): { readonly file: string; readonly keyFile: string } {
  const { audit } = settings().security;
  if (audit === undefined)
    throw new HttpError(404, 'there is no audit log', { hint: 'security.enable_audit_logging is false.' });
  return audit;
}

/** Without the paths of this machine. */
function tellVerdict(verdict: AuditVerdict) {
  if (verdict.state === 'broken') {
    const { state, line, reason } = verdict;
    return { state, line, reason };
  }
  const { state, first, last, notes } = verdict;
  return { state, first, last: last.seq, notes };
}
