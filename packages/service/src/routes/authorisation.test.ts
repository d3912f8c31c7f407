/** Every role and no role, every route, every way to send a credential, over real HTTPS. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashApiKey, createApiKey } from '../auth/index.ts';
import { temporaryFolders } from '../testing/folders.ts';
import { readTlsMaterial, type TlsSettings } from '../tls/index.ts';
import { makeAuthority, makeCertificate, type Pair } from '../tls/testing/certificates.ts';
import { apiRoutes } from './api/routes.ts';
import type { ApiRoute } from './api/define-route.ts';
import { createApiListener, replaceCertificate, startListening, type ListenerTls } from './index.ts';
import { makeSamples } from './testing/samples.ts';
import { send, type Answered } from './testing/send.ts';
import { makeTestService, roleNames, roles, type RoleName, type TestService } from './testing/service.ts';

const newFolder = temporaryFolders();
const folder = newFolder();
let service: TestService;
let samples: Awaited<ReturnType<typeof makeSamples>>;
let authority: Pair;
let port: number;
let tls: ListenerTls;
let listener: Awaited<ReturnType<typeof createApiListener>>;
const certificates: Record<string, Pair> = {};
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const write = (name: string, text: string, mode = 0o644): string => {
    const file = join(folder, name);
    writeFileSync(file, text);
    chmodSync(file, mode);
    return file;
  };
  authority = await makeAuthority('ca');
  const clientAuthority = await makeAuthority('client ca');
  for (const name of [...roleNames, 'host-7'])
    certificates[name] = await makeCertificate(clientAuthority, { name });
  certificates['stranger'] = await makeCertificate(authority, { name: 'test-admin' });
  const server = await makeCertificate(authority);
  const settings: TlsSettings = {
    certFile: write('server.crt', server.cert),
    keyFile: write('server.key', server.key, 0o600),
    caFile: write('ca.crt', authority.cert),
    clientAuth: 'request',
    clientCaFile: write('client-ca.crt', clientAuthority.cert),
    minVersion: 'TLSv1.2',
  };
  service = await makeTestService(folder, {
    clientCertificates: Object.fromEntries(roleNames.map((role) => [role, `CN=${role}`])),
  });
  samples = await makeSamples(service);
  tls = { settings, material: await readTlsMaterial(settings, Date.now()) };
  listener = await createApiListener(service.context, {
    tls,
    refusalsPerMinute: 100_000,
    now: () => service.now,
  });
  port = await startListening(listener, { host: '127.0.0.1', port: 0, key: 'security.api.port' });
  closing.push(
    () => listener.close(),
    () => service.close(),
  );
});
afterAll(async () => {
  for (const close of closing) await close();
});

interface Way {
  readonly headers?: Readonly<Record<string, string>>;
  readonly certificate?: string;
  /** Behind the path. */
  readonly query?: string;
}

async function ask({ method, path }: Pick<ApiRoute, 'method' | 'path'>, way: Way): Promise<Answered> {
  const sample = await samples[`${method} ${path}`]?.();
  if (sample === undefined) throw new Error(`no sample for ${method} ${path}`);
  const { body } = sample;
  return await send({
    port,
    method,
    path: `/api/v1${sample.path}${way.query ?? ''}`,
    authority: authority.cert,
    certificate: way.certificate === undefined ? undefined : certificates[way.certificate],
    headers: {
      ...way.headers,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

/** How a user may say who they are. */
const goodWays: Readonly<Record<string, (role: RoleName, key: string) => Way>> = {
  bearer: (_role, key) => ({ headers: { authorization: `Bearer ${key}` } }),
  'X-API-Key': (_role, key) => ({ headers: { 'x-api-key': key } }),
  certificate: (role) => ({ certificate: role }),
  'key and certificate': (role, key) => ({ headers: { 'x-api-key': key }, certificate: role }),
  'key beside a certificate of nobody': (_role, key) => ({
    headers: { authorization: `bearer ${key}` },
    certificate: 'host-7',
  }),
};

/** What recognises nobody, however much it may. */
const badWays: Readonly<Record<string, (key: string) => Way>> = {
  nothing: () => ({}),
  'a key of nobody': () => ({ headers: { authorization: `Bearer ${createApiKey().key}` } }),
  'a key with a slip': (key) => ({ headers: { 'x-api-key': `${key.slice(0, -1)}z` } }),
  'the hash of a key': (key) => ({ headers: { authorization: `Bearer ${hashApiKey(key)}` } }),
  'a key as password': (key) => ({
    headers: { authorization: `Basic ${Buffer.from(`test-admin-user:${key}`).toString('base64')}` },
  }),
  'a key in the query': (key) => ({ query: `?api_key=${key}` }),
  'a key as cookie': (key) => ({ headers: { cookie: `mth_session=${key}; api_key=${key}` } }),
  'two keys': (key) => ({
    headers: { 'x-api-key': key, authorization: `Bearer ${service.keys.auditor.key}` },
  }),
  'a certificate of nobody': () => ({ certificate: 'host-7' }),
  'a certificate of another authority': () => ({ certificate: 'stranger' }),
  'the key of one, the certificate of another': (key) => ({
    headers: { 'x-api-key': key },
    certificate: 'read-only',
  }),
};

describe.each(apiRoutes.map((route) => [`${route.method} ${route.path}`, route] as const))(
  '%s',
  (name, route) => {
    const { permission } = route;

    it('is answered for the roles that have its permission, and 403 for the others', async () => {
      const found: Record<string, number> = {};
      const expected: Record<string, number | string> = {};
      const askBy = async (way: string, role: RoleName): Promise<void> => {
        const { status, text } = await ask(route, goodWays[way]?.(role, service.keys[role].key) ?? {});
        const mayDo = permission === undefined || mayOf(role).has(permission);
        found[`${role} by ${way}`] = status;
        expected[`${role} by ${way}`] = mayDo ? expect.toSatisfy(isSuccess) : 403;
        if (status === 403) expect(JSON.parse(text).detail).toContain(String(permission));
      };
      for (const way of Object.keys(goodWays)) {
        const asking = roleNames.map((role) => async () => await askBy(way, role));
        // What changes something is asked for by one after the other.
        if (route.method === 'GET') await Promise.all(asking.map((one) => one()));
        else for (const one of asking) await one();
      }
      expect(found).toEqual(expected);
    });

    it('is 401 for who is not recognised, and says how to be', async () => {
      const key = service.keys['test-admin'].key;
      const answers = await Promise.all(
        Object.entries(badWays).map(async ([way, make]) => [way, await ask(route, make(key))] as const),
      );
      for (const [way, answer] of answers) {
        if (permission === undefined) {
          expect([way, answer.status]).toEqual([way, way === 'a key in the query' ? 400 : 200]);
          continue;
        }
        expect([name, way, answer.status]).toEqual([name, way, 401]);
        expect(answer.headers['www-authenticate']).toContain('Bearer realm=');
        expect(answer.headers['content-type']).toContain('application/problem+json');
      }
    });
  },
);

function isSuccess(status: unknown): boolean {
  return typeof status === 'number' && status >= 200 && status < 300;
}

function mayOf(role: RoleName): ReadonlySet<string> {
  const granted: readonly string[] = roles[role];
  const all = apiRoutes.flatMap(({ permission }) => permission ?? []);
  return new Set(
    all.filter((one) => granted.includes(one) || granted.includes(`${one.slice(0, one.indexOf(':'))}:*`)),
  );
}

describe('the policy', () => {
  const runs = { method: 'GET', path: '/runs' } as const;
  const by = (key: string): Way => ({ headers: { 'x-api-key': key } });

  it('is asked at each request: a key that was taken out is refused, one that was put in is not', async () => {
    const fresh = createApiKey();
    const { key, hash } = service.keys['read-only'];
    expect((await ask(runs, by(key))).status).toBe(200);
    service.writePolicy(service.policyText().replace(hash, fresh.hash));
    await service.policy.reload();
    expect((await ask(runs, by(key))).status).toBe(401);
    expect((await ask(runs, by(fresh.key))).status).toBe(200);
    service.writePolicy(service.policyText());
    await service.policy.reload();
    expect((await ask(runs, by(key))).status).toBe(200);
  });

  it('knows when a key ends', async () => {
    const short = createApiKey();
    service.writePolicy(
      `${service.policyText()}  - { username: guest, role: read-only, api_keys: [{ hash: "${short.hash}", expires_at: "${new Date(service.now + 1000).toISOString()}" }] }\n`,
    );
    await service.policy.reload();
    expect((await ask(runs, by(short.key))).status).toBe(200);
    service.now += 1000;
    expect((await ask(runs, by(short.key))).status).toBe(401);
  });
});

describe('the listener', () => {
  const runs = { method: 'GET', path: '/runs' } as const;
  const by = (role: RoleName): Way => ({ headers: { 'x-api-key': service.keys[role].key } });

  it('says by TLS that it is spoken to by TLS alone', async () => {
    const { headers } = await ask(runs, by('read-only'));
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
    await expect(send({ port, path: '/api/v1/runs' })).rejects.toThrow(/socket hang up|ECONNRESET/);
  });

  it('takes a renewed certificate without a restart', async () => {
    const other = await makeAuthority('other ca');
    const { cert, key } = await makeCertificate(other);
    replaceCertificate(listener, { ...tls.material.context, cert, key });
    await expect(ask(runs, by('read-only'))).rejects.toThrow(/certificate/);
    replaceCertificate(listener, tls.material.context);
    expect((await ask(runs, by('read-only'))).status).toBe(200);
  });

  it('that requires client certificates speaks to nobody without one of the right authority', async () => {
    const strict = await createApiListener(service.context, {
      tls: { ...tls, settings: { ...tls.settings, clientAuth: 'require' } },
      now: () => service.now,
    });
    const strictPort = await startListening(strict, { host: '127.0.0.1', port: 0, key: 'security.api.port' });
    const { key } = service.keys['read-only'];
    const answer = (certificate?: string) =>
      send({
        port: strictPort,
        path: '/api/v1/runs',
        authority: authority.cert,
        headers: { 'x-api-key': key },
        certificate: certificate === undefined ? undefined : certificates[certificate],
      });
    await expect(answer()).rejects.toThrow(/./);
    await expect(answer('stranger')).rejects.toThrow(/./);
    expect((await answer('host-7')).status).toBe(200);
    await strict.close();
  });
});

describe('the audit log', () => {
  it('has every refusal with who was refused what, and why', async () => {
    await ask({ method: 'POST', path: '/config/reload' }, { certificate: 'read-only' });
    expect(service.audited().at(-1)).toMatchObject({
      action: 'config:reload',
      outcome: 'denied',
      actor: {
        username: 'read-only-user',
        role: 'read-only',
        via: 'certificate',
        certificate: 'CN=read-only',
        address: '127.0.0.1',
      },
      target: 'POST /api/v1/config/reload',
    });
    await ask({ method: 'GET', path: '/audit' }, badWays['a key of nobody']?.('') ?? {});
    expect(service.audited().at(-1)).toMatchObject({
      action: 'audit:view',
      outcome: 'denied',
      actor: { via: 'api', keyId: expect.any(String) },
      detail: { reason: 'unknown-key' },
    });
  });

  it('has every change, before it and after it', async () => {
    const key = service.keys['test-operator'].key;
    await ask({ method: 'POST', path: '/runs' }, { headers: { 'x-api-key': key } });
    const [before, after] = service.audited().slice(-2);
    expect(before).toMatchObject({
      action: 'test:run',
      outcome: 'attempted',
      target: 'runs',
      detail: { kind: 'test', suites: ['core'] },
      actor: { username: 'test-operator-user', via: 'api-key', keyId: service.keys['test-operator'].id },
    });
    expect(after).toMatchObject({ outcome: 'succeeded', of: before?.['seq'] });
  });

  it('has no key in it', () => {
    const text = JSON.stringify([service.audited(), service.logged]);
    for (const { key } of Object.values(service.keys)) expect(text).not.toContain(key.slice(13, 40));
  });
});
