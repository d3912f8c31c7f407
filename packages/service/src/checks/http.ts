import { failed, passed, type Finding } from './define.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
}

const largestAnswer = 4 * 1024 * 1024;

/** GET without credentials; redirects are not followed. */
export async function get(url: string, signal: AbortSignal): Promise<Answer> {
  const { Agent, request } = await import('undici');
  const agent = new Agent({ maxResponseSize: largestAnswer });
  try {
    const { statusCode, body } = await request(url, { dispatcher: agent, signal });
    return { status: statusCode, body: await body.text() };
  } finally {
    await agent.destroy();
  }
}

/** Below an address that may have a path of its own. */
export function below(url: string, path: string): string {
  return `${url.replace(/\/+$/, '')}${path}`;
}

/** Whether something is up that answers 200 there. */
export async function expectOk(url: string, signal: AbortSignal): Promise<Finding> {
  const { status } = await get(url, signal);
  const { host, pathname } = new URL(url);
  const said = `${host}${pathname} answers ${status}`;
  return status === 200 ? passed(said) : failed(said);
}
