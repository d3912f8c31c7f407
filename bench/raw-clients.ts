import { spawn } from 'node:child_process';
import { Pool } from 'undici';

/** A client without any care: what we are measured against. */
export interface RawClient {
  call(method: string, params: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** JSON lines over a child's pipes: write, split, parse, look up, resolve. */
export function rawStdioClient(
  command: string,
  args: readonly string[],
): RawClient & { notify(method: string): void } {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const pending = new Map<number, (value: unknown) => void>();
  let nextId = 1;
  let rest = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    rest += chunk;
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line) as { id: number; result: unknown };
      const resolve = pending.get(message.id);
      pending.delete(message.id);
      resolve?.(message.result);
    }
  });
  return {
    call: (method, params) =>
      new Promise((resolve) => {
        const id = nextId;
        nextId += 1;
        pending.set(id, resolve);
        child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
      }),
    notify: (method) => void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method })}\n`),
    close: () =>
      new Promise((resolve) => {
        child.once('close', () => resolve());
        child.stdin.end();
      }),
  };
}

/** JSON over undici's Pool, as its documentation shows it. */
export function rawHttpClient(url: string): RawClient {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin);
  let nextId = 1;
  return {
    async call(method, params) {
      const id = nextId;
      nextId += 1;
      const { body } = await pool.request({
        path: pathname,
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
        body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
      });
      return ((await body.json()) as { result: unknown }).result;
    },
    close: () => pool.close(),
  };
}
