/** Whether an address can be reached, and what each step of it took. Nothing that is a secret is sent. */
import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, rootCertificates } from 'node:tls';
import type { Endpoint } from './endpoints.ts';
import { messageOf } from './run-checks.ts';

export type ProbeVerdict =
  | 'ok'
  /** The name is unknown. */
  | 'dns-failed'
  /** Nothing listens there. */
  | 'refused'
  /** No way there, or no answer at all: a firewall that drops, a host that is off. */
  | 'timed-out'
  /** A connection, and then no handshake, or a certificate that is not trusted. */
  | 'tls-failed'
  /** A connection, and then not the protocol that was expected. */
  | 'wrong-answer';

export interface ProbeResult {
  readonly name: string;
  /** `host:port`. */
  readonly target: string;
  readonly verdict: ProbeVerdict;
  readonly detail: string;
  /** In ms; absent for a step that was not taken, or has failed. */
  readonly dnsMs?: number | undefined;
  readonly tcpMs?: number | undefined;
  readonly tlsMs?: number | undefined;
  /** From the question to the first line of the answer. */
  readonly answerMs?: number | undefined;
}

interface Times {
  dnsMs?: number;
  tcpMs?: number;
  tlsMs?: number;
  answerMs?: number;
}

class Verdict extends Error {
  readonly verdict: ProbeVerdict;

  constructor(verdict: ProbeVerdict, detail: string) {
    super(detail);
    this.verdict = verdict;
  }
}

/** Never throws. */
export async function probe(endpoint: Endpoint, timeoutMs: number): Promise<ProbeResult> {
  const { name, host, port } = endpoint;
  const target = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  const times: Times = {};
  const sockets: Socket[] = [];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Verdict(verdictOfLateness(endpoint, times), `no answer within ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
  });
  const work = walk(endpoint, times, sockets);
  work.catch(() => undefined);
  try {
    const detail = await Promise.race([work, late]);
    return { name, target, verdict: 'ok', detail, ...times };
  } catch (error) {
    const verdict = error instanceof Verdict ? error.verdict : 'wrong-answer';
    return { name, target, verdict, detail: messageOf(error), ...times };
  } finally {
    clearTimeout(timer);
    // The latest first: what is below TLS must not go before it.
    for (const socket of sockets.toReversed()) socket.destroy();
  }
}

/** By the step that never ended: the first that has no time. */
function verdictOfLateness({ protocol }: Endpoint, { dnsMs, tcpMs, tlsMs }: Times): ProbeVerdict {
  if (dnsMs === undefined) return 'dns-failed';
  if (tcpMs === undefined) return 'timed-out';
  const isSecure = protocol === 'https' || protocol === 'smtps';
  return isSecure && tlsMs === undefined ? 'tls-failed' : 'wrong-answer';
}

async function walk(endpoint: Endpoint, times: Times, sockets: Socket[]): Promise<string> {
  const { host, protocol } = endpoint;
  const addresses = await measured(times, 'dnsMs', () => resolveName(host));
  const plain = await measured(times, 'tcpMs', () => reach(addresses, endpoint.port, sockets));
  const secure = (socket: Socket): Promise<Socket> =>
    measured(times, 'tlsMs', () => shakeHands(socket, endpoint, sockets));
  switch (protocol) {
    case 'http':
      return await measured(times, 'answerMs', () => askHttp(plain, host));
    case 'https': {
      const socket = await secure(plain);
      return await measured(times, 'answerMs', () => askHttp(socket, host));
    }
    case 'smtp':
      return await measured(times, 'answerMs', () => expectLine(plain, /^220[ -]/));
    case 'smtps': {
      const socket = await secure(plain);
      return await measured(times, 'answerMs', () => expectLine(socket, /^220[ -]/));
    }
    case 'smtp+starttls': {
      const greeting = await measured(times, 'answerMs', () => expectLine(plain, /^220[ -]/));
      plain.write('EHLO mcp-test-harness.invalid\r\n');
      await expectLine(plain, /^250 /);
      plain.write('STARTTLS\r\n');
      await expectLine(plain, /^220[ -]/).catch(() => {
        throw new Verdict('tls-failed', 'the mail server offers no STARTTLS');
      });
      await secure(plain);
      return greeting;
    }
    case 'postgres':
      return await measured(times, 'answerMs', () => askPostgres(plain));
  }
}

async function measured<T>(times: Times, step: keyof Times, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  times[step] = Math.round((performance.now() - startedAt) * 10) / 10;
  return result;
}

async function resolveName(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  try {
    const found = await lookup(host, { all: true });
    return found.map(({ address }) => address);
  } catch (error) {
    throw new Verdict('dns-failed', `the name ${host} is not known: ${messageOf(error)}`);
  }
}

async function reach(addresses: readonly string[], port: number, sockets: Socket[]): Promise<Socket> {
  let fault: unknown;
  for (const host of addresses) {
    try {
      return await new Promise<Socket>((resolve, reject) => {
        const socket = connect({ host, port });
        sockets.push(socket);
        socket.once('connect', () => {
          // From here on what goes wrong is told by whoever reads; nobody may be surprised by it.
          socket.on('error', () => undefined);
          resolve(socket);
        });
        socket.once('error', reject);
      });
    } catch (error) {
      fault = error;
    }
  }
  const { code } = (fault ?? {}) as { readonly code?: string };
  throw new Verdict(code === 'ECONNREFUSED' ? 'refused' : 'timed-out', messageOf(fault));
}

async function shakeHands(socket: Socket, endpoint: Endpoint, sockets: Socket[]): Promise<Socket> {
  const { host, caFile, unverified } = endpoint;
  const ca =
    endpoint.ca ?? (caFile === undefined ? undefined : [...rootCertificates, await readFile(caFile, 'utf8')]);
  return await new Promise<Socket>((resolve, reject) => {
    const secure = connectTls({
      socket,
      ...(isIP(host) === 0 ? { servername: host } : { host }),
      ...(ca === undefined ? {} : { ca }),
      rejectUnauthorized: unverified !== true,
    });
    sockets.push(secure);
    secure.once('secureConnect', () => {
      secure.on('error', () => undefined);
      resolve(secure);
    });
    const fail = (error?: Error): void =>
      reject(new Verdict('tls-failed', error === undefined ? 'the connection was closed' : messageOf(error)));
    secure.once('error', fail);
    socket.once('close', () => fail());
  });
}

async function askHttp(socket: Socket, host: string): Promise<string> {
  // The path of a webhook is its secret, so it is not asked for: any answer at all is what is wanted.
  socket.write(
    `HEAD / HTTP/1.1\r\nHost: ${isIP(host) === 6 ? `[${host}]` : host}\r\nConnection: close\r\n\r\n`,
  );
  return await expectLine(socket, /^HTTP\/1\.[01] \d{3}/);
}

async function askPostgres(socket: Socket): Promise<string> {
  // SSLRequest: its length, and the number that stands for it.
  socket.write(Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]));
  const answer = await read(socket, (text) => text.length > 0);
  if (answer[0] !== 'S' && answer[0] !== 'N')
    throw new Verdict('wrong-answer', 'what answers is no PostgreSQL');
  return `PostgreSQL, ${answer[0] === 'S' ? 'with' : 'without'} TLS`;
}

/** Reads lines until one is as expected. */
async function expectLine(socket: Socket, expected: RegExp): Promise<string> {
  let found: string | undefined;
  const seen = await read(socket, (text) => {
    const lines = text.split('\n').slice(0, -1);
    found = lines.find((line) => expected.test(line));
    // The last line of an answer of SMTP has a space behind its number: nothing more comes.
    return (
      found !== undefined || lines.some((line) => /^[45]\d\d /.test(line)) || text.length > mostCharacters
    );
  });
  if (found !== undefined) return shorten(found);
  throw new Verdict('wrong-answer', `it answers ${JSON.stringify(shorten(seen))}`);
}

const mostCharacters = 8192;

function read(socket: Socket, isEnough: (text: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const done = (): void => {
      socket.off('data', take);
      socket.off('close', closed);
      resolve(text);
    };
    const take = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      if (isEnough(text)) done();
    };
    const closed = (): void =>
      reject(new Verdict('wrong-answer', 'the connection was closed without an answer'));
    socket.on('data', take);
    socket.once('close', closed);
    if (socket.destroyed) closed();
  });
}

/** Of another machine: cut, and of one line. */
function shorten(text: string): string {
  return text
    .replaceAll(/[^ -~]+/g, ' ')
    .trim()
    .slice(0, 100);
}
