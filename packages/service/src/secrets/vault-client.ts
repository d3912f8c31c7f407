import { HarnessError } from '@mcp-test-harness/core/errors';
import type { z } from 'zod';
import { readProtectedFile } from '../protected-file.ts';
import type { vaultOptions } from './providers/vault.ts';

type VaultOptions = z.infer<typeof vaultOptions>;

export interface VaultClientOptions {
  readonly options: VaultOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** In PEM, beside those that the system trusts. */
  readonly ca: string | undefined;
}

/** Calls of the HTTP API. Errors say what Vault said, and never a token or what was sent. */
export interface VaultClient {
  /** The member `data` of the answer. */
  call(path: string, body: object): Promise<Readonly<Record<string, unknown>>>;
  close(): Promise<void>;
}

interface Token {
  readonly text: string;
  /** When it has to be got anew, in ms since 1970. */
  readonly freshUntil: number;
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const largestAnswer = 256 * 1024;
const defaultLeaseSeconds = 3600;

export async function createVaultClient({ options, env, ca }: VaultClientOptions): Promise<VaultClient> {
  const { Agent, request } = await import('undici');
  const { endpoint, namespace, timeout_ms: timeoutMs } = options;
  const agent = new Agent({
    connect: { timeout: timeoutMs, ...(ca === undefined ? {} : { ca }) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: largestAnswer,
  });
  let token: Promise<Token> | undefined;

  async function send(path: string, body: object, withToken: string | undefined): Promise<Answer> {
    const once = async (): Promise<Answer> => {
      // Redirects are not followed: the token must go nowhere else.
      const { statusCode, body: answer } = await request(`${endpoint.replace(/\/+$/, '')}/v1/${path}`, {
        method: 'POST',
        dispatcher: agent,
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          'content-type': 'application/json',
          'x-vault-request': 'true',
          ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
          ...(withToken === undefined ? {} : { 'x-vault-token': withToken }),
        },
        body: JSON.stringify(body),
      });
      return { status: statusCode, body: parse(await answer.text()) };
    };
    // A connection that was kept open may be closed by the other side in the moment that it is used.
    return await once().catch(once);
  }

  async function logIn(): Promise<Token> {
    const { auth } = options;
    if (auth.method === 'token') {
      const text =
        auth.token_file === undefined ? env[auth.token_variable] : await readSecret(auth.token_file, true);
      if (text === undefined || text === '') {
        throw new HarnessError({
          code: 'CONFIG_VARIABLE_UNSET',
          message: `there is no token for Vault: the environment variable ${auth.token_variable} is not set`,
          hint: 'Set it, or name a token_file, or use another auth method: approle, kubernetes.',
        });
      }
      // A file may hold another one soon: an agent renews it.
      return { text, freshUntil: Date.now() + 60_000 };
    }
    const credentials =
      auth.method === 'approle'
        ? { role_id: auth.role_id, secret_id: await readSecret(auth.secret_id_file, true) }
        : // Kubernetes mounts this one readable for everybody in the container.
          { role: auth.role, jwt: await readSecret(auth.jwt_file, false) };
    const { status, body } = await send(`auth/${auth.mount}/login`, credentials, undefined);
    const { client_token: text, lease_duration: lease } = (body['auth'] ?? {}) as Record<string, unknown>;
    if (status !== 200 || typeof text !== 'string')
      throw refused(`the login by ${auth.method}`, status, body);
    const leaseMs = (typeof lease === 'number' && lease > 0 ? lease : defaultLeaseSeconds) * 1000;
    return { text, freshUntil: Date.now() + leaseMs * 0.8 };
  }

  /** Who asks while a login is under way waits for that one. */
  async function freshToken(): Promise<string> {
    const asked = token;
    const known = await asked?.catch(() => undefined);
    if (known !== undefined && known.freshUntil > Date.now()) return known.text;
    if (token === asked || token === undefined) token = logIn();
    return (await token).text;
  }

  return {
    call: async (path, body) => {
      let answer = await send(path, body, await freshToken());
      if (answer.status === 403) {
        // It may have been revoked, or have ended before its time.
        token = undefined;
        answer = await send(path, body, await freshToken());
      }
      if (answer.status !== 200) throw refused(path, answer.status, answer.body);
      return (answer.body['data'] ?? {}) as Readonly<Record<string, unknown>>;
    },
    close: async () => await agent.destroy(),
  };
}

async function readSecret(file: string, secret: boolean): Promise<string> {
  const bytes = await readProtectedFile(file, {
    what: 'the credential for Vault',
    secret,
    limitBytes: 65_536,
  });
  return bytes.toString('utf8').trim();
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** What Vault gives as its reason is text of another machine: cut, and of one line. */
function refused(what: string, status: number, { errors }: Answer['body']): Error {
  const reasons = (Array.isArray(errors) ? errors : []).filter(
    (one): one is string => typeof one === 'string',
  );
  const reason = reasons
    .join('; ')
    .replaceAll(/[^ -~]+/g, ' ')
    .slice(0, 200);
  return new Error(`Vault answered ${what} with ${status}${reason === '' ? '' : `: ${reason}`}`);
}
