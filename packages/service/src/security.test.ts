/** The parts together, as an API is made of them: TLS with client certificates, roles and keys, the audit log. */
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, request as sendRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audited, openAuditLog, verifyAuditLog, headOf } from './audit/index.ts';
import { createApiKey, guard, openPolicy, type Permission } from './auth/index.ts';
import { createScrubber } from './secrets/index.ts';
import { temporaryFolders } from './testing/folders.ts';
import { clientOptions, readTlsMaterial, type TlsSettings } from './tls/index.ts';
import { makeAuthority, makeCertificate, type Pair } from './tls/testing/certificates.ts';

const newFolder = temporaryFolders();
const folder = newFolder();
const at = (name: string): string => join(folder, name);
const keys = { ci: createApiKey(), admin: createApiKey() };
const auditKey = Buffer.alloc(32, 3);
const clients: Record<string, Pair> = {};
let authority: Pair;
let close: () => Promise<void>;
let port: number;

const rbac = (ciHash = keys.ci.hash): string => `
roles:
  - { name: operator, permissions: ["test:run", "test:view"] }
  - { name: admin, permissions: ["test:*", "baseline:*"] }
users:
  - { username: ci-system, role: operator, api_key_hash: "${ciHash}", client_certificates: ["CN=ci"] }
  - { username: admin, role: admin, api_key_hash: "${keys.admin.hash}" }
`;

beforeAll(async () => {
  const write = (name: string, text: string, mode = 0o644): string => {
    writeFileSync(at(name), text);
    chmodSync(at(name), mode);
    return at(name);
  };
  authority = await makeAuthority('ca');
  const clientAuthority = await makeAuthority('client ca');
  const server = await makeCertificate(authority);
  for (const name of ['ci', 'host-7']) clients[name] = await makeCertificate(clientAuthority, { name });
  write('rbac.yaml', rbac(), 0o640);
  const settings: TlsSettings = {
    certFile: write('server.crt', server.cert),
    keyFile: write('server.key', server.key, 0o600),
    caFile: write('ca.crt', authority.cert),
    clientAuth: 'require',
    clientCaFile: write('client-ca.crt', clientAuthority.cert),
    minVersion: 'TLSv1.2',
  };
  const policy = await openPolicy(at('rbac.yaml'));
  const scrubber = createScrubber();
  const log = await openAuditLog({ file: at('audit.log'), key: auditKey, scrub: scrubber.text });
  const api = createServer(
    { ...(await readTlsMaterial(settings, Date.now())).context, ...clientOptions(settings) },
    (request, response) => {
      const socket = request.socket as TLSSocket;
      const permission = request.url?.slice(1) as Permission;
      const decision = guard(
        policy.current,
        {
          headers: request.headers,
          certificate: socket.authorized ? socket.getPeerCertificate() : undefined,
        },
        permission,
        Date.now(),
      );
      const answer = async (): Promise<number> => {
        if (decision.status === 200) {
          const { permissions: _permissions, ...actor } = decision.principal;
          await audited(log, { action: permission, actor }, async () => undefined);
        } else {
          const { certificate, keyId } = decision.status === 401 ? decision : decision.principal;
          const username = decision.status === 403 ? decision.principal.username : undefined;
          const detail = decision.status === 401 ? { reason: decision.reason } : undefined;
          await log.append({
            action: permission,
            outcome: 'denied',
            actor: { via: 'api', username, certificate, keyId },
            detail,
          });
        }
        return decision.status;
      };
      void answer().then((status) => response.writeHead(status).end());
    },
  );
  const onHangup = () => void policy.reload();
  process.on('SIGHUP', onHangup);
  api.listen(0, '127.0.0.1');
  await once(api, 'listening');
  ({ port } = api.address() as AddressInfo);
  close = async () => {
    process.off('SIGHUP', onHangup);
    api.closeAllConnections();
    api.close();
    await once(api, 'close');
  };
});
afterAll(() => close());

async function ask(
  permission: string,
  { client = 'host-7', key }: { readonly client?: string; readonly key?: string } = {},
): Promise<number> {
  const request = sendRequest({
    host: '127.0.0.1',
    port,
    path: `/${permission}`,
    ca: authority.cert,
    agent: false,
    ...clients[client],
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
  });
  request.end();
  const [response] = (await once(request, 'response')) as [{ readonly statusCode: number; resume(): void }];
  response.resume();
  return response.statusCode;
}

const lastEntry = (): unknown =>
  JSON.parse(readFileSync(at('audit.log'), 'utf8').trimEnd().split('\n').at(-1) ?? '');

describe('an API behind all of it', () => {
  it.each([
    ['the right key', 'test:run', { key: keys.ci.key }, 200],
    ['a certificate that is mapped to a user', 'test:run', { client: 'ci' }, 200],
    ['a role that lacks the permission', 'baseline:update', { key: keys.ci.key }, 403],
    ['a role that has it', 'baseline:update', { key: keys.admin.key }, 200],
    ['a wrong key', 'test:view', { key: createApiKey().key }, 401],
    ['a certificate of the right authority, of nobody', 'test:view', {}, 401],
    [
      'the key of one and the certificate of another',
      'test:view',
      { client: 'ci', key: keys.admin.key },
      401,
    ],
  ] as const)('answers %s (%s) accordingly', async (_what, permission, who, status) => {
    expect(await ask(permission, who)).toBe(status);
  });

  it('does not speak to a client without a certificate at all', async () => {
    await expect(ask('test:view', { client: 'nobody', key: keys.ci.key })).rejects.toThrow(/./);
  });

  it('logs the certificate beside the user', async () => {
    await ask('test:run', { key: keys.ci.key });
    expect(lastEntry()).toMatchObject({
      action: 'test:run',
      outcome: 'succeeded',
      actor: {
        username: 'ci-system',
        role: 'operator',
        via: 'api-key',
        keyId: keys.ci.id,
        certificate: 'CN=host-7',
      },
    });
    await ask('test:run', { client: 'ci' });
    expect(lastEntry()).toMatchObject({
      actor: { username: 'ci-system', via: 'certificate', certificate: 'CN=ci' },
    });
    await ask('test:view', { key: createApiKey().key });
    expect(lastEntry()).toMatchObject({
      outcome: 'denied',
      actor: { certificate: 'CN=host-7' },
      detail: { reason: 'unknown-key' },
    });
  });

  it.skipIf(process.platform === 'win32')(
    'refuses a key that was taken out of the file, after SIGHUP and without a restart',
    async () => {
      expect(await ask('test:view', { key: keys.ci.key })).toBe(200);
      writeFileSync(at('rbac.yaml'), rbac(createApiKey().hash));
      process.kill(process.pid, 'SIGHUP');
      let status = 200;
      for (let tries = 0; tries < 100 && status === 200; tries += 1) {
        await sleep(20);
        status = await ask('test:view', { key: keys.ci.key });
      }
      expect(status).toBe(401);
      expect(await ask('test:view', { key: keys.admin.key })).toBe(200);
    },
  );

  it('has an audit log that is intact, and has no key in it', async () => {
    const log = at('audit.log');
    expect(await verifyAuditLog({ files: [log], key: auditKey, headFile: headOf(log) })).toMatchObject({
      state: 'intact',
      notes: [],
    });
    const text = readFileSync(log, 'utf8');
    for (const { key } of Object.values(keys)) expect(text).not.toContain(key.slice(13, 40));
  });
});
