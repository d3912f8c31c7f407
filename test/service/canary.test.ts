import { createServer, type Server } from 'node:http';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../support/folders.ts';
import { runCli } from '../support/run-cli.ts';
import { serviceConfig, startServe } from '../support/serve.ts';

const newFolder = temporaryFolders();
const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** Secrets by where they are; each is another, so that what leaks tells from where. */
const canaries = Object.fromEntries(
  ['environment', 'header', 'response', 'url', 'webhook', 'signature', 'smtp', 'slack'].map((place) => [
    place,
    `canary-${place}-${randomBytes(9).toString('hex')}`,
  ]),
);

/** An MCP server over HTTP that answers with its secret, and fails a test so that people are told. */
async function startHttp(answer: (body: string) => object | undefined, seen: string[] = []): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      seen.push(JSON.stringify(request.headers) + (request.url ?? '') + body);
      // Of MCP over HTTP the stream that a GET opens is the one thing that this server does not have.
      if (request.method !== 'POST') return void response.writeHead(405).end();
      const result = answer(body);
      if (result === undefined) return void response.writeHead(202).end();
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
    });
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as { readonly port: number }).port}`;
}

function answerMcp(body: string): object | undefined {
  const { id, method } = JSON.parse(body) as { readonly id?: number; readonly method: string };
  if (id === undefined) return undefined;
  const results: Readonly<Record<string, object>> = {
    initialize: {
      protocolVersion: '2025-11-25',
      capabilities: { tools: {} },
      serverInfo: { name: 'leaky', version: '1' },
    },
    'tools/list': { tools: [{ name: 'whoami', inputSchema: { type: 'object' } }] },
    'tools/call': { content: [{ type: 'text', text: `your token is ${canaries['response']}` }] },
    ping: {},
  };
  return { jsonrpc: '2.0', id, result: results[method] ?? {} };
}

/** Every file below, archives unpacked. */
function* filesBelow(folder: string): Generator<readonly [name: string, bytes: Buffer]> {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = join(folder, name);
    if (!statSync(file).isFile()) continue;
    const bytes = readFileSync(file);
    yield [name, bytes];
    if (name.endsWith('.gz')) yield [`${name} (unpacked)`, gunzipSync(bytes)];
  }
}

describe('secrets', () => {
  it('are in nothing that the service writes, shows, or sends', { timeout: 120_000 }, async () => {
    const folder = newFolder();
    const told: string[] = [];
    const mcp = await startHttp(answerMcp);
    const hook = await startHttp(() => ({}), told);
    const keys = join(folder, 'keys');
    writeFileSync(keys, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
    const auditKey = join(folder, 'audit.key');
    await runCli(['audit-log', 'create-key', auditKey]);
    const config = serviceConfig(folder, {
      server: {
        transport: 'http',
        url: `${mcp}/mcp?token=\${URL_TOKEN}`,
        headers: { authorization: 'Bearer ${HEADER_TOKEN}' },
      },
      test_suites: [
        {
          name: 'leaks',
          test_cases: [
            {
              id: 'whoami',
              tool_name: 'whoami',
              input_params: { session: '${ENV_TOKEN}' },
              expected: { text: 'nobody' },
            },
          ],
        },
      ] as unknown as object,
      schedules: [{ name: 'often', kind: 'test', every: '2s' }] as unknown as object,
      reporting: {
        distribution: {
          webhooks: [
            {
              name: 'ops',
              url: `${hook}/\${HOOK_TOKEN}`,
              secret: '${SIGNATURE_TOKEN}',
              allow_networks: ['127.0.0.0/8'],
              on_failure: true,
            },
          ],
          slack: { enabled: true, webhook_url: `http://127.0.0.1:9/\${SLACK_TOKEN}`, on_failure: true },
          email: {
            enabled: true,
            smtp_server: '127.0.0.1',
            smtp_port: 9,
            username: 'ops',
            password: '${SMTP_TOKEN}',
            from_address: 'mcp@example.org',
            recipients: ['ops@example.org'],
            on_failure: true,
          },
        },
      },
      security: {
        enable_audit_logging: true,
        audit_log_path: join(folder, 'audit.log'),
        audit_key_file: auditKey,
        data_protection: { encrypt_sensitive_data: true, key_management: 'file', key_file: keys },
      },
    });
    const env = {
      ENV_TOKEN: canaries['environment'],
      HEADER_TOKEN: canaries['header'],
      URL_TOKEN: canaries['url'],
      HOOK_TOKEN: canaries['webhook'],
      SIGNATURE_TOKEN: canaries['signature'],
      SLACK_TOKEN: canaries['slack'],
      SMTP_TOKEN: canaries['smtp'],
    };
    const service = await startServe(folder, config, env);
    await service.waitFor(({ event }) => event === 'run finished', 'run finished');
    while (told.length === 0) await new Promise((later) => setTimeout(later, 100));

    const shown: (readonly [string, string | Buffer])[] = [];
    const show = async (url: string): Promise<void> => {
      shown.push([url, Buffer.from(await (await fetch(url)).arrayBuffer())]);
    };
    await show(`${service.health}/health`);
    await show(`${service.health}/health/metrics`);
    await show(`${service.metrics}/metrics`);
    const runs = (await (await fetch(`${service.api}/api/v1/runs`)).json()) as {
      readonly items: readonly { readonly id: string }[];
    };
    const id = runs.items.at(-1)?.id ?? '';
    for (const page of ['runs', `runs/${id}`, 'config', 'servers', 'schedules', 'audit', 'stats'])
      await show(`${service.api}/api/v1/${page}`);
    for (const page of ['', 'runs', `runs/${id}`, 'servers']) await show(`${service.api}/${page}`);
    const backup = await runCli(
      ['backup', 'create', '--config', join(folder, 'production.yaml'), '--dir', join(folder, 'backups')],
      { cwd: folder, env },
    );
    expect(backup).toMatchObject({ exitCode: 0 });
    service.kill('SIGTERM');
    expect(await service.ended).toMatchObject({ exitCode: 0 });

    shown.push(['its log', service.output()], ['the backup command', backup.stdout + backup.stderr]);
    // What the receiver sees in the path is its own secret.
    shown.push(['notifications', told.join('\n').replaceAll(`/${canaries['webhook']}`, '')]);
    shown.push(...filesBelow(folder));
    const leaks = shown.flatMap(([where, bytes]) =>
      Object.entries(canaries)
        .filter(([, canary]) => bytes.includes(canary))
        .map(([place]) => `${place} in ${where}`),
    );
    expect(leaks).toEqual([]);
    expect(shown.length).toBeGreaterThan(25);
  });
});
