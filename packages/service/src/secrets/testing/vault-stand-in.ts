/**
 * A stand-in for the transit engine of Vault, made from the documentation of its HTTP API: it shows what this code does
 * with answers of that form, not that a real Vault gives them.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface VaultStandIn {
  readonly url: string;
  /** Every call, with its token. */
  readonly calls: {
    readonly path: string;
    readonly token: string | undefined;
    readonly namespace: string | undefined;
  }[];
  readonly tokens: Set<string>;
  /** Answers everything with this, until it is undefined again. */
  fault: { readonly status: number; readonly body: string } | 'hang' | undefined;
  rotate(): void;
  close(): Promise<void>;
}

export const roleId = 'role-1';
export const secretId = 'secret-id-of-the-role';
export const jwt = 'header.payload.signature';

export async function startVaultStandIn({ port = 0, leaseSeconds = 3600 } = {}): Promise<VaultStandIn> {
  let newest = randomBytes(32);
  const versions = [newest];
  const tokens = new Set(['root-token-of-the-test']);
  const calls: VaultStandIn['calls'] = [];
  const wrap = (plaintext: Buffer): string => {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', newest, iv);
    const sealed = Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    return `vault:v${versions.length}:${sealed.toString('base64')}`;
  };
  const unwrap = (text: string): Buffer => {
    const [, version, encoded = ''] = /^vault:v(\d+):(.*)$/.exec(text) ?? [];
    const sealed = Buffer.from(encoded, 'base64');
    const decipher = createDecipheriv(
      'aes-256-gcm',
      versions[Number(version) - 1] ?? newest,
      sealed.subarray(0, 12),
    );
    decipher.setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
  };
  const logIn = (isValid: boolean): [number, object] => {
    if (!isValid) return [400, { errors: ['invalid role or secret ID'] }];
    const token = `hvs.${randomBytes(18).toString('base64url')}`;
    tokens.add(token);
    return [200, { auth: { client_token: token, lease_duration: leaseSeconds } }];
  };
  const answer = (
    path: string,
    body: Record<string, unknown>,
    token: string | undefined,
  ): [number, object] => {
    if (path === '/v1/auth/approle/login')
      return logIn(body['role_id'] === roleId && body['secret_id'] === secretId);
    if (path === '/v1/auth/kubernetes/login') return logIn(body['role'] === 'harness' && body['jwt'] === jwt);
    if (token === undefined || !tokens.has(token)) return [403, { errors: ['permission denied'] }];
    if (path === '/v1/transit/datakey/plaintext/harness') {
      const key = randomBytes(32);
      return [
        200,
        { data: { plaintext: key.toString('base64'), ciphertext: wrap(key), key_version: versions.length } },
      ];
    }
    if (path !== '/v1/transit/decrypt/harness') return [404, { errors: [] }];
    try {
      return [200, { data: { plaintext: unwrap(String(body['ciphertext'])).toString('base64') } }];
    } catch {
      return [400, { errors: ['cipher: message authentication failed'] }];
    }
  };
  const standIn: Omit<VaultStandIn, 'url' | 'close'> = {
    calls,
    tokens,
    fault: undefined,
    rotate: () => {
      newest = randomBytes(32);
      versions.push(newest);
    },
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await read(request);
    const header = (name: string): string | undefined => request.headers[name]?.toString();
    const token = header('x-vault-token');
    calls.push({ path: request.url ?? '', token, namespace: header('x-vault-namespace') });
    if (standIn.fault === 'hang') return;
    const [status, json] = answer(request.url ?? '', body, token);
    response.writeHead(standIn.fault?.status ?? status, {
      'content-type': 'application/json',
      location: 'http://127.0.0.1:1/',
    });
    response.end(standIn.fault?.body ?? JSON.stringify(json));
  };
  const server = createServer((request, response) => void serve(request, response));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(standIn, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

async function read(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text) as Record<string, unknown>;
}
