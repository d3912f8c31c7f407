import { setTimeout as delay } from 'node:timers/promises';
import type { JsonObject } from '../../json.ts';
import { tasksExtension } from '../../protocol/stateless/tasks.ts';
import { defineCheck, fail, notTestable, pass } from '../define.ts';
import type { CallableTool, Check, CheckContext, Verdict } from '../types.ts';
import { oncePerSession } from './asked.ts';
import { askByHand, judgeRefusal, type HandAnswer } from './by-hand.ts';
import { statelessRevisions as revisions } from './era.ts';
import { answeringTools, violationsOf } from './tools-seen.ts';

const needs = { capabilities: ['tools'], extension: tasksExtension } as const;
const clientCapabilities = 'io.modelcontextprotocol/clientCapabilities';
const declared: JsonObject = { extensions: { [tasksExtension]: {} } };
const noTask = 'no tool that was called is answered by a task';
/** Polls of one task, and the longest pause between two. */
const mostPolls = 20;
const longestPauseMs = 1000;

/** Servers that answer calls by tasks: the extension io.modelcontextprotocol/tasks. */
export default [
  defineCheck({
    id: 'tasks.created',
    level: 'MUST',
    revisions,
    needs,
    spec: 'ext-tasks#task-creation',
    title: 'a task that answers a call has an id, a status, both times and ttlMs, each of its type',
    remedy:
      'Answer {"resultType": "task", "taskId", "status": "working", "createdAt", "lastUpdatedAt", "ttlMs"}, the times in ISO 8601.',
    run: (context) =>
      overTasks(context, async ({ tool, created, answer }) => {
        const [violation] = await violationsOf(context, 'tools/call', created);
        if (violation !== undefined) return fail(`${tool.name}: ${violation.message}`, answer.evidence);
        const odd = ['createdAt', 'lastUpdatedAt'].find((name) => !isTime(created[name]));
        return odd === undefined ? pass() : fail(`${tool.name}: ${odd} is no time`, answer.evidence);
      }),
  }),
  defineCheck({
    id: 'tasks.declared-only',
    level: 'MUST',
    revisions,
    needs,
    spec: 'ext-tasks#capability-negotiation',
    title: 'a call of a client that does not declare the extension is not answered by a task',
    remedy:
      'Look for the extension in the capabilities of this very request; without it answer at last, or with -32021.',
    run: (context) =>
      overTasks(context, async ({ tool }) => {
        const answer = await callTool(context, tool, {});
        if (answer.result?.['resultType'] === 'task')
          return fail(`${tool.name} gives a task`, answer.evidence);
        return pass();
      }),
  }),
  defineCheck({
    id: 'tasks.get',
    level: 'MUST',
    revisions,
    needs,
    spec: 'ext-tasks#task-polling',
    title:
      'tasks/get gives a task as soon as it is created, with what its status calls for: result, error or inputRequests',
    remedy:
      'Create the task durably before you answer; put the final result into result of a completed task.',
    run: (context) =>
      overTasks(context, async ({ polls }) => {
        for (const { result, error, evidence } of polls) {
          if (error !== undefined)
            return fail(`tasks/get is answered with the error ${error.code}`, evidence);
          const [violation] = await violationsOf(context, 'tasks/get', result);
          if (violation !== undefined) return fail(violation.message, evidence);
        }
        return pass();
      }),
  }),
  defineCheck({
    id: 'tasks.result-type',
    level: 'MUST',
    revisions,
    needs,
    spec: 'ext-tasks#polymorphic-results',
    title: 'the resultType is task for a task that answers a call, and complete for what tasks/get answers',
    remedy: 'Send "resultType": "complete" with tasks/get, tasks/update and tasks/cancel.',
    run: (context) =>
      overTasks(context, ({ polls }) => {
        const odd = polls.find(({ result }) => result !== undefined && result['resultType'] !== 'complete');
        return odd === undefined
          ? pass()
          : fail(`tasks/get has the resultType ${JSON.stringify(odd.result?.['resultType'])}`, odd.evidence);
      }),
  }),
  defineCheck({
    id: 'tasks.stays-ended',
    level: 'MUST',
    revisions,
    needs,
    spec: 'ext-tasks#task-status',
    title: 'a task that has ended (completed, failed, cancelled) keeps its status',
    remedy: 'Let nothing change a task that has ended, a late cancellation included.',
    run: (context) =>
      overTasks(context, async ({ taskId, polls }) => {
        const before = polls.at(-1)?.result?.['status'];
        if (!isEnded(before)) return undefined;
        await askTask(context, 'tasks/cancel', taskId);
        const { result, evidence } = await askTask(context, 'tasks/get', taskId);
        // A task may be forgotten.
        if (result === undefined || result['status'] === before) return pass();
        return fail(
          `the status was ${JSON.stringify(before)} and became ${JSON.stringify(result['status'])}`,
          evidence,
        );
      }),
  }),
  defineCheck({
    id: 'tasks.unknown',
    level: 'MUST',
    revisions,
    needs,
    spec: 'ext-tasks#protocol-errors',
    title: 'tasks/get of a task that there is not is answered with the error -32602',
    remedy: 'Look the id up first; answer unknown and expired ones with {"code": -32602, "message"}.',
    run: async (context) =>
      judgeRefusal(await askTask(context, 'tasks/get', noSuchTask), -32602, 'tasks/get of an unknown task'),
  }),
  defineCheck({
    id: 'tasks.unknown-cancelled',
    level: 'SHOULD',
    revisions,
    needs,
    spec: 'ext-tasks#protocol-errors',
    title: 'tasks/cancel of a task that there is not is answered with the error -32602',
    remedy: 'Look the id up first; answer unknown and expired ones with {"code": -32602, "message"}.',
    run: async (context) =>
      judgeRefusal(
        await askTask(context, 'tasks/cancel', noSuchTask),
        -32602,
        'tasks/cancel of an unknown task',
      ),
  }),
  defineCheck({
    id: 'tasks.missing-capability',
    level: 'MUST',
    revisions,
    needs,
    spec: 'ext-tasks#protocol-errors',
    title: 'tasks/get of a client that does not declare the extension is answered with the error -32021',
    remedy:
      'Answer with {"code": -32021, "data": {"requiredCapabilities": {"extensions": {"io.modelcontextprotocol/tasks": {}}}}}.',
    run: async (context) =>
      judgeRefusal(
        await askTask(context, 'tasks/get', noSuchTask, {}),
        -32021,
        'tasks/get without the extension declared',
      ),
  }),
  defineCheck({
    id: 'tasks.cancel',
    level: 'MUST',
    revisions,
    needs,
    spec: 'ext-tasks#task-cancellation',
    title: 'tasks/cancel of a task is acknowledged, and not answered with the task',
    remedy:
      'Answer {"resultType": "complete"}, whether the work can be stopped or not; tasks/get tells what came of it.',
    run: (context) =>
      overTasks(context, async ({ tool }) => {
        const created = await callTool(context, tool);
        const taskId = created.result?.['taskId'];
        if (created.result?.['resultType'] !== 'task' || typeof taskId !== 'string') return undefined;
        const { result, error, evidence } = await askTask(context, 'tasks/cancel', taskId);
        if (error !== undefined) return fail(`it is answered with the error ${error.code}`, evidence);
        const more = ['taskId', 'status', 'result'].filter((name) => result?.[name] !== undefined);
        return more.length === 0 ? pass() : fail(`the result has ${more.join(', ')}`, evidence);
      }),
  }),
] satisfies readonly Check[];

const noSuchTask = 'mcp-test-harness-no-such-task';

/** A call that was answered by a task, and what its polls gave. */
interface SeenTask {
  readonly tool: CallableTool;
  readonly answer: HandAnswer;
  readonly created: JsonObject;
  /** Empty when it has none. */
  readonly taskId: string;
  readonly polls: readonly HandAnswer[];
}

const findTasks = oncePerSession(async (context): Promise<readonly SeenTask[]> => {
  const seen: SeenTask[] = [];
  for (const tool of await answeringTools(context)) {
    const answer = await callTool(context, tool);
    const created = answer.result;
    if (created?.['resultType'] !== 'task') continue;
    const taskId = typeof created['taskId'] === 'string' ? created['taskId'] : '';
    const polls = taskId === '' ? [] : await poll(context, taskId);
    seen.push({ tool, answer, created, taskId, polls });
  }
  return seen;
});

/** Polls until the task has ended, or wants what we do not have. */
async function poll(context: CheckContext, taskId: string): Promise<readonly HandAnswer[]> {
  const polls: HandAnswer[] = [];
  while (polls.length < mostPolls) {
    const answer = await askTask(context, 'tasks/get', taskId);
    polls.push(answer);
    if (answer.result?.['status'] !== 'working') break;
    const { pollIntervalMs } = answer.result;
    const pauseMs = typeof pollIntervalMs === 'number' ? pollIntervalMs : longestPauseMs;
    await delay(Math.min(pauseMs, longestPauseMs), undefined, { signal: context.signal });
  }
  return polls;
}

async function overTasks(
  context: CheckContext,
  judge: (task: SeenTask) => Promise<Verdict | undefined> | Verdict | undefined,
): Promise<Verdict> {
  let judged = 0;
  for (const task of await findTasks(context)) {
    const verdict = await judge(task);
    if (verdict?.status === 'failed') return verdict;
    if (verdict !== undefined) judged += 1;
  }
  return judged > 0 ? pass() : notTestable(noTask);
}

function isTime(value: unknown): boolean {
  return typeof value !== 'string' || !Number.isNaN(Date.parse(value));
}

function isEnded(status: unknown): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

function callTool(
  context: CheckContext,
  { name, args }: CallableTool,
  capabilities = declared,
): Promise<HandAnswer> {
  return askByHand(context, {
    method: 'tools/call',
    params: { name, arguments: args },
    meta: { [clientCapabilities]: capabilities },
  });
}

function askTask(
  context: CheckContext,
  method: string,
  taskId: string,
  capabilities = declared,
): Promise<HandAnswer> {
  return askByHand(context, { method, params: { taskId }, meta: { [clientCapabilities]: capabilities } });
}
