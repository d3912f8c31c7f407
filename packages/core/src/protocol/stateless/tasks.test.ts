import { describe, expect, it } from 'vitest';
import type { HarnessError } from '../../errors.ts';
import { rulesOf, withScripted } from '../testing/scripted-server.ts';
import type { Session, StdioSessionOptions } from '../types.ts';

/** A server whose calls are tasks that go through `steps`, one a poll; the last one stays. */
const server = (steps: string, declares = true): string => `
const modern = (message, result) => reply(message, { resultType: 'complete', ...result });
const extension = { 'io.modelcontextprotocol/tasks': {} };
on['server/discover'] = (message) => modern(message, {
  ttlMs: 0, cacheScope: 'public', supportedVersions: ['2026-07-28'],
  capabilities: { tools: {}, ${declares ? 'extensions: extension' : ''} },
});
const task = (more) => ({
  taskId: 't-1', createdAt: '2026-07-28T10:00:00Z', lastUpdatedAt: '2026-07-28T10:00:00Z',
  ttlMs: null, pollIntervalMs: 20, ...more,
});
const steps = ${steps};
on['tools/call'] = (message) => modern(message, { resultType: 'task', ...task({ status: 'working' }) });
on['tasks/get'] = (message) => {
  const step = steps.length > 1 ? steps.shift() : steps[0];
  if (step === undefined) fail(message, -32602, 'Task not found');
  else modern(message, task(step));
};
on['tasks/update'] = on['tasks/cancel'] = (message) => modern(message, {});
`;

interface Sent {
  readonly method: string;
  readonly params?: { readonly taskId?: string; readonly inputResponses?: unknown };
}

const sent = ({ frames }: Session): readonly Sent[] =>
  frames.filter(({ direction }) => direction === 'sent').map(({ text }) => JSON.parse(text) as Sent);
const methods = (session: Session): readonly string[] => sent(session).map(({ method }) => method);

const said = { content: [{ type: 'text', text: 'done' }] };
const completed = `{ status: 'completed', result: ${JSON.stringify(said)} }`;
const asking = `{ status: 'input_required', inputRequests: { name: { method: 'elicitation/create', params: { mode: 'form', message: 'Who?', requestedSchema: { type: 'object', properties: {} } } } } }`;

const withTasks = <T>(
  steps: string,
  use: (session: Session) => Promise<T>,
  options?: Partial<StdioSessionOptions>,
): Promise<T> => withScripted(server(steps), use, { protocolVersion: '2026-07-28', ...options });

const failureOf = async (promise: Promise<unknown>): Promise<HarnessError> =>
  promise.then(
    () => expect.fail('did not fail'),
    (error: unknown) => error as HarnessError,
  );

describe('a call that is answered by a task', () => {
  it('is polled, and the exchange is that of the call with the result at last', async () => {
    await withTasks(`[{ status: 'working' }, ${completed}]`, async (session) => {
      const exchange = await session.exchange('tools/call', { name: 'slow' });
      expect(exchange).toMatchObject({ method: 'tools/call', params: { name: 'slow' }, result: said });
      expect(exchange).toMatchObject({ malformed: [] });
      expect(exchange.error).toBeUndefined();
      expect(exchange.requestText).toContain('"tools/call"');
      expect(methods(session)).toEqual(['server/discover', 'tools/call', 'tasks/get', 'tasks/get']);
      expect(sent(session).at(-1)?.params?.taskId).toBe('t-1');
      expect(await session.callTool('slow')).toEqual(said);
      expect(rulesOf(session)).toEqual([]);
    });
  });

  it('and asks for input gets each answer once', async () => {
    await withTasks(
      `[${asking}, ${asking}, ${completed}]`,
      async (session) => {
        await session.exchange('tools/call', { name: 'asks' });
        expect(methods(session).slice(2)).toEqual(['tasks/get', 'tasks/update', 'tasks/get', 'tasks/get']);
        expect(sent(session)[3]?.params).toMatchObject({
          taskId: 't-1',
          inputResponses: { name: { action: 'accept', content: { name: 'Ada' } } },
        });
        expect(rulesOf(session)).toEqual([]);
      },
      { client: { elicitation: [{ action: 'accept', content: { name: 'Ada' } }] } },
    );
  });

  it('and asks for what the client does not declare breaks a rule, and is not answered', async () => {
    await withTasks(`[${asking}]`, async (session) => {
      const { malformed } = await session.exchange('tools/call', { name: 'asks' });
      expect(malformed).toEqual([
        'the server asks for elicitation/create, which the client does not declare',
      ]);
      expect(rulesOf(session)).toEqual(['capability.client-undeclared']);
    });
  });

  it('and fails has the error of the task', async () => {
    await withTasks(
      `[{ status: 'failed', error: { code: -32603, message: 'no luck' } }]`,
      async (session) => {
        const { error, result } = await session.exchange('tools/call', { name: 'slow' });
        expect({ error, result }).toMatchObject({
          error: { code: -32603, message: 'no luck' },
          result: undefined,
        });
      },
    );
  });

  it('and is cancelled by the server has no result', async () => {
    await withTasks(`[{ status: 'cancelled' }]`, async (session) => {
      const { malformed } = await session.exchange('tools/call', { name: 'slow' });
      expect(malformed).toEqual(['the server cancelled the task that was to bring the result']);
    });
  });

  it('and whose result is none is malformed', async () => {
    await withTasks(`[{ status: 'completed', result: { isError: false } }]`, async (session) => {
      const { malformed } = await session.exchange('tools/call', { name: 'slow' });
      expect(malformed).toEqual(['content is missing']);
      expect(rulesOf(session)).toEqual(['schema.tools/call']);
    });
  });

  it('and that cannot be found breaks a rule', async () => {
    await withTasks('[]', async (session) => {
      const { error } = await session.exchange('tools/call', { name: 'slow' });
      expect(error?.code).toBe(-32602);
      expect(rulesOf(session)).toEqual(['task.not-found']);
    });
  });

  it('is cancelled when its caller cancels', async () => {
    await withTasks(`[{ status: 'working' }]`, async (session) => {
      const controller = new AbortController();
      const call = session.exchange('tools/call', { name: 'slow' }, { signal: controller.signal });
      const failure = failureOf(call);
      await expect.poll(() => methods(session)).toContain('tasks/get');
      controller.abort();
      expect(await failure).toMatchObject({ code: 'CANCELLED' });
      expect(methods(session)).toContain('tasks/cancel');
    });
  });

  it('is cancelled when its time is up', async () => {
    await withTasks(`[{ status: 'working' }]`, async (session) => {
      const error = await failureOf(session.exchange('tools/call', { name: 'slow' }, { timeoutMs: 150 }));
      expect(error).toMatchObject({
        code: 'PROTOCOL_TIMEOUT',
        details: { exchange: { method: 'tools/call' } },
      });
      expect(methods(session)).toContain('tasks/cancel');
    });
  });

  it('though the server does not declare the extension is told, and not followed', async () => {
    const options = { protocolVersion: '2026-07-28' } as const;
    await withScripted(
      server(`[${completed}]`, false),
      async (session) => {
        const { malformed } = await session.exchange('tools/call', { name: 'slow' });
        expect(malformed).toEqual(['the resultType "task" is neither complete nor input_required']);
        expect(rulesOf(session)).toEqual(['result.unknown-type']);
        expect(JSON.stringify(sent(session)[1])).not.toContain('extensions');
      },
      options,
    );
  });
});
