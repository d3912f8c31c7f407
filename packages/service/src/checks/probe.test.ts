import { createServer as createHttp, type IncomingMessage } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startMailServer } from '../alerts/testing/mail-server.ts';
import { temporaryFolders } from '../testing/folders.ts';
import { makeAuthority, makeCertificate, type Pair } from '../tls/testing/certificates.ts';
import type { Endpoint } from './endpoints.ts';
import { probe } from './probe.ts';

const newFolder = temporaryFolders();
const closers: (() => void)[] = [];
afterAll(() => closers.forEach((close) => close()));

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

const timeoutMs = 5000;
const endpoint = (port: number, more: Partial<Endpoint> = {}): Endpoint => ({
  name: 'it',
  protocol: 'http',
  host: '127.0.0.1',
  port,
  ...more,
});

describe('a probe', () => {
  let authority: Pair;
  let pair: Pair;
  let caFile: string;

  beforeAll(async () => {
    authority = await makeAuthority('an authority of tests');
    pair = await makeCertificate(authority);
    caFile = join(newFolder(), 'ca.pem');
    writeFileSync(caFile, authority.cert);
  });

  it('says that all is well, and what each step took; it sends no secret', async () => {
    const requests: IncomingMessage[] = [];
    const port = await listen(
      createHttp((request, response) => {
        requests.push(request);
        response.writeHead(404).end();
      }),
    );
    const result = await probe(endpoint(port, { host: 'localhost' }), timeoutMs);
    expect(result).toMatchObject({
      verdict: 'ok',
      detail: 'HTTP/1.1 404 Not Found',
      target: `localhost:${port}`,
    });
    for (const ms of [result.dnsMs, result.tcpMs, result.answerMs]) expect(ms).toBeGreaterThanOrEqual(0);
    expect(result.tlsMs).toBeUndefined();
    expect(requests.map(({ method, url, headers }) => [method, url, headers])).toEqual([
      ['HEAD', '/', { host: 'localhost', connection: 'close' }],
    ]);
  });

  it('says that nothing listens', async () => {
    const server = createServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await probe(endpoint(port), timeoutMs)).toMatchObject({ verdict: 'refused' });
  });

  it.runIf(process.platform === 'linux')(
    'says that there is no way: packets to there are dropped (needs Linux)',
    async () => {
      // A process that was stopped takes no connections; when its queue is full the system drops what comes.
      const script = `const server = require('net').createServer();
        server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
          require('fs').writeSync(1, String(server.address().port));
          process.kill(process.pid, 'SIGSTOP');
        });`;
      const child = spawn(process.execPath, ['--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
      const port = Number(chunk.toString());
      await vi.waitUntil(() => /^State:\tT/m.test(readFileSync(`/proc/${child.pid}/status`, 'utf8')));
      const fillers = Array.from({ length: 4 }, () =>
        connect(port, '127.0.0.1').on('error', () => undefined),
      );
      await Promise.all(fillers.slice(0, 2).map((filler) => once(filler, 'connect')));
      const result = await probe(endpoint(port), 700);
      for (const filler of fillers) filler.destroy();
      child.kill('SIGKILL');
      expect(result).toMatchObject({ verdict: 'timed-out', detail: 'no answer within 0.7 s' });
      expect(result.tcpMs).toBeUndefined();
    },
  );

  it('says that a name is not known', async () => {
    expect(await probe(endpoint(80, { host: 'nobody.invalid' }), timeoutMs)).toMatchObject({
      verdict: 'dns-failed',
    });
  });

  it('says that a certificate is not trusted, and trusts it by its authority', async () => {
    const port = await listen(createHttps(pair, (_request, response) => response.end()));
    const bad = await probe(endpoint(port, { protocol: 'https' }), timeoutMs);
    expect(bad).toMatchObject({
      verdict: 'tls-failed',
      detail: expect.stringMatching(/certificate/) as string,
    });
    expect(bad.tcpMs).toBeDefined();
    const good = await probe(endpoint(port, { protocol: 'https', caFile }), timeoutMs);
    expect(good).toMatchObject({ verdict: 'ok', tlsMs: expect.any(Number) as number });
    expect(await probe(endpoint(port, { protocol: 'https', ca: authority.cert }), timeoutMs)).toMatchObject({
      verdict: 'ok',
    });
  });

  it('says that there is no TLS where there should be', async () => {
    const port = await listen(createHttp());
    expect(await probe(endpoint(port, { protocol: 'https' }), timeoutMs)).toMatchObject({
      verdict: 'tls-failed',
    });
  });

  it('says that something else answers, or nothing does', async () => {
    const port = await listen(createServer((socket) => void socket.end('200 \u001B[2Jhello\r\n')));
    expect(await probe(endpoint(port), timeoutMs)).toMatchObject({ verdict: 'wrong-answer' });
    const silent = await listen(createServer(() => undefined));
    expect(await probe(endpoint(silent), 300)).toMatchObject({
      verdict: 'wrong-answer',
      detail: 'no answer within 0.3 s',
    });
  });

  it('speaks SMTP in the clear, with STARTTLS and with TLS from the first byte', async () => {
    const plain = await startMailServer();
    const starttls = await startMailServer({ tls: { ...pair, fromFirstByte: false } });
    const tls = await startMailServer({ tls: { ...pair, fromFirstByte: true } });
    try {
      const ask = (port: number, protocol: Endpoint['protocol']) =>
        probe(endpoint(port, { protocol, caFile }), timeoutMs);
      expect(await ask(plain.port, 'smtp')).toMatchObject({ verdict: 'ok' });
      expect(await ask(starttls.port, 'smtp+starttls')).toMatchObject({
        verdict: 'ok',
        tlsMs: expect.any(Number) as number,
      });
      expect(await ask(tls.port, 'smtps')).toMatchObject({
        verdict: 'ok',
        tlsMs: expect.any(Number) as number,
      });
      expect(await ask(plain.port, 'smtp+starttls')).toMatchObject({ verdict: 'tls-failed' });
      expect(plain.mails).toEqual([]);
    } finally {
      for (const server of [plain, starttls, tls]) await server.close();
    }
  });

  it('asks PostgreSQL whether it speaks TLS, as its clients do first', async () => {
    // A stand-in, which says what a server without TLS says.
    const port = await listen(
      createServer((socket) => socket.on('data', (ask) => socket.write(ask.length === 8 ? 'N' : 'E'))),
    );
    expect(await probe(endpoint(port, { protocol: 'postgres' }), timeoutMs)).toMatchObject({
      verdict: 'ok',
      detail: 'PostgreSQL, without TLS',
    });
  });
});
