import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Permission } from '../../auth/index.ts';
import type { AuditTrail } from '../access/audit-trail.ts';
import type { Gate } from '../access/gate.ts';
import type { Limits } from '../access/limits.ts';
import { runKinds } from '../api/documents.ts';
import type { ServiceContext } from '../define.ts';
import { logFault } from '../listener/create-listener.ts';
import { HttpError, tellError } from '../listener/problem.ts';
import { readRunReport, readSummaryReport, reportPeriods, type ReportFile } from '../operations/reports.ts';
import { cancelRun, requestRun } from '../operations/runs.ts';
import { clearSessionCookie, writeSessionCookie } from './cookies.ts';
import { pagePolicy, renderPage, stylesheet, stylesheetPath } from './page.ts';
import { renderBaselines } from './pages/baselines.ts';
import { renderOverview } from './pages/overview.ts';
import { renderProblem } from './pages/problem.ts';
import { renderReports } from './pages/reports.ts';
import { renderRun } from './pages/run.ts';
import { renderRuns } from './pages/runs.ts';
import { renderServers } from './pages/servers.ts';
import { renderSignIn } from './pages/sign-in.ts';
import { renderSuite } from './pages/suite.ts';
import type { RenderPage } from './pages/visit.ts';
import { moment } from './parts.ts';
import { Visitors, type Visitor } from './visitors.ts';

export interface DashboardParts {
  readonly context: ServiceContext;
  readonly gate: Gate;
  readonly trail: AuditTrail;
  readonly limits: Limits;
  readonly now: () => number;
}

/** Every page, with the permission that it asks for: those of the API for the same things. */
export const dashboardPages: readonly {
  readonly url: string;
  readonly permission: Permission;
  readonly render: RenderPage;
}[] = [
  { url: '/', permission: 'test:view', render: renderOverview },
  { url: '/runs', permission: 'test:view', render: renderRuns },
  { url: '/runs/:id', permission: 'test:view', render: renderRun },
  { url: '/servers', permission: 'test:view', render: renderServers },
  { url: '/suites/:name', permission: 'test:view', render: renderSuite },
  { url: '/baselines', permission: 'baseline:view', render: renderBaselines },
  { url: '/reports', permission: 'report:view', render: renderReports },
];

const formLimitBytes = 16 * 1024;
const yearSeconds = 31_536_000;

/** Pages for people, rendered here; they work without JavaScript and have none. */
export async function registerDashboard(root: FastifyInstance, parts: DashboardParts): Promise<void> {
  await root.register(async (app) => {
    const { context, gate, limits } = parts;
    const visitors = new Visitors(context.policy, context.store.sessions, parts.now);

    app.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: formLimitBytes },
      (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    app.setErrorHandler((error, request, reply) => {
      logFault(context.log, 'dashboard', error, request.id, request.routeOptions.url);
      const told = tellError(error);
      void sendPage(reply.headers(told.headers), told.status, renderProblem(told, request.id));
    });
    app.addHook('onRequest', async (request) => await gate.refuseForeign(request));

    app.get(stylesheetPath, async (request, reply) => {
      await gate.admitAnybody(request);
      return await reply
        .type('text/css; charset=utf-8')
        .header('cache-control', `public, max-age=${yearSeconds}, immutable`)
        .send(stylesheet);
    });

    for (const { url, permission, render } of dashboardPages) {
      app.get(url, async (request, reply) => {
        const visitor = await visitors.find(request);
        if (visitor === undefined) return await askToSignIn(request, reply);
        await gate.requirePermission(request, visitor.caller, permission);
        const now = parts.now();
        const content = await render({
          context,
          visitor,
          params: request.params as Readonly<Record<string, string>>,
          query: firstOfEach(request.query),
          now,
        });
        const [path = '/'] = request.url.split('?');
        const about = { path, version: context.version, now: moment(now) };
        return await sendPage(reply, 200, renderPage(content, visitor, about));
      });
    }

    registerReports(app, parts, visitors);
    registerSignIn(app, parts, visitors);
    registerActions(app, parts, visitors);
    // Counted like any other, so that pages that ask to sign in are no way around the limits.
    async function askToSignIn(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
      await limits.count(request, `address ${request.ip}`);
      return await reply.redirect(`/login?${new URLSearchParams({ next: request.url }).toString()}`, 303);
    }
  });
}

function registerReports(app: FastifyInstance, { context, gate }: DashboardParts, visitors: Visitors): void {
  const serve = (
    url: string,
    find: (params: Readonly<Record<string, string>>) => Promise<ReportFile>,
  ): void => {
    app.get(url, async (request, reply) => {
      const visitor = await requireVisitor(gate, visitors, request, 'report:view');
      await gate.requirePermission(request, visitor.caller, 'report:view');
      const { bytes, headers } = await find(request.params as Readonly<Record<string, string>>);
      return await reply.headers(headers).send(Buffer.from(bytes));
    });
  };
  serve('/runs/:id/reports/:name', ({ id = '', name = '' }) => readRunReport(context, id, name));
  serve('/reports/:period/:name', async ({ period, name = '' }) => {
    const known = reportPeriods.find((one) => one === period);
    if (known === undefined) throw new HttpError(404, 'there is no such report');
    return await readSummaryReport(context, known, name);
  });
}

const signInForm = z.strictObject({ key: z.string().max(512), next: z.string().max(2000).default('/') });

function registerSignIn(app: FastifyInstance, parts: DashboardParts, visitors: Visitors): void {
  const { gate, limits, trail } = parts;
  app.get('/login', async (request, reply) => {
    await gate.admitAnybody(request);
    const next = localPath(firstOfEach(request.query)['next']);
    if (!visitors.needKeys) return await reply.redirect('/', 303);
    return await sendPage(reply, 200, renderSignIn({ next }));
  });
  app.post('/login', async (request, reply) => {
    await gate.admitAnybody(request);
    const form = readForm(signInForm, request);
    const next = localPath(form.next);
    const signIn = visitors.signIn(request, form.key);
    if (signIn.state === 'refused') {
      const { reason, keyId } = signIn;
      await limits.countRefusal(request);
      await trail.denied({
        action: 'session:open',
        actor: { via: 'dashboard', keyId, address: request.ip },
        detail: { reason },
      });
      return await sendPage(reply, 401, renderSignIn({ next, problem: 'The API key is not valid.' }));
    }
    const id = await trail.change(signIn.caller, { action: 'session:open' }, signIn.open);
    return await reply.header('set-cookie', writeSessionCookie(id)).redirect(next, 303);
  });
}

const emptyForm = z.strictObject({ csrf: z.string().max(200) });
const runForm = z.strictObject({
  csrf: z.string().max(200),
  suite: z.string().max(1000),
  kind: z.enum(runKinds),
  once: z.string().min(1).max(200),
});

function registerActions(app: FastifyInstance, parts: DashboardParts, visitors: Visitors): void {
  const { context, gate, trail } = parts;
  const act = async <T extends { readonly csrf: string }>(
    request: FastifyRequest,
    schema: z.ZodType<T>,
    permission?: Permission,
  ): Promise<{ readonly visitor: Visitor; readonly form: T }> => {
    const action = permission ?? 'session:close';
    const visitor = await requireVisitor(gate, visitors, request, action);
    if (permission !== undefined) await gate.requirePermission(request, visitor.caller, permission);
    const form = readForm(schema, request);
    if (visitors.isOwnForm(visitor, form.csrf)) return { visitor, form };
    return await gate.refuse(request, {
      status: 403,
      action,
      reason: 'foreign-form',
      message: 'this form is not of this session',
      hint: 'Load the page again.',
      actor: visitor.caller.actor,
    });
  };

  app.post('/logout', async (request, reply) => {
    const { visitor } = await act(request, emptyForm);
    await trail.change(visitor.caller, { action: 'session:close' }, () => visitors.signOut(visitor));
    return await reply.header('set-cookie', clearSessionCookie()).redirect('/login', 303);
  });
  app.post('/runs', async (request, reply) => {
    const { visitor, form } = await act(request, runForm, 'test:run');
    const { kind, suite, once } = form;
    const wanted = { kind, suites: suite === '' ? [] : [suite] };
    const { caller } = visitor;
    const run = await trail.change(caller, { action: 'test:run', target: 'runs', detail: wanted }, () =>
      requestRun(context, caller, wanted, `form ${once}`),
    );
    return await reply.redirect(`/runs/${run.id}`, 303);
  });
  app.post('/runs/:id/cancel', async (request, reply) => {
    const { visitor } = await act(request, emptyForm, 'test:cancel');
    const { id = '' } = request.params as Readonly<Record<string, string>>;
    await trail.change(visitor.caller, { action: 'test:cancel', target: `runs/${id}/cancel` }, () =>
      cancelRun(context, id),
    );
    return await reply.redirect(`/runs/${encodeURIComponent(id)}`, 303);
  });
}

async function requireVisitor(
  gate: Gate,
  visitors: Visitors,
  request: FastifyRequest,
  action: string,
): Promise<Visitor> {
  const visitor = await visitors.find(request);
  if (visitor !== undefined) return visitor;
  return await gate.refuse(request, {
    status: 401,
    action,
    reason: 'no-credentials',
    message: 'sign in first',
    headers: { 'www-authenticate': 'Bearer realm="mcp-test-harness"' },
    actor: { via: 'dashboard' },
  });
}

async function sendPage(reply: FastifyReply, status: number, text: string): Promise<FastifyReply> {
  return await reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('content-security-policy', pagePolicy)
    .send(text);
}

function readForm<T>(schema: z.ZodType<T>, { body }: FastifyRequest): T {
  const read = schema.safeParse(body ?? undefined);
  if (read.success) return read.data;
  throw new HttpError(400, 'the form is not one of ours');
}

function firstOfEach(query: unknown): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(query as Record<string, string | string[]>)) {
    const [first = ''] = [value].flat();
    // A choice of "any" is sent as nothing.
    if (first !== '') values[name] = first;
  }
  return values;
}

/** A path of ours; whatever else a link may say leads to the overview. */
function localPath(next: string | undefined): string {
  const base = 'http://local.invalid';
  if (next === undefined || !next.startsWith('/') || !URL.canParse(next, base)) return '/';
  const { origin, pathname, search } = new URL(next, base);
  return origin === base && !pathname.startsWith('//') ? `${pathname}${search}` : '/';
}
