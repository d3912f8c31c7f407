import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultEffect, Faults } from './faults.ts';
import type { HttpAnswer, HttpRequest } from './http-answer.ts';
import { RestApi } from './rest-api.ts';
import { ResultsService } from './results-service.ts';
import type { StoredRun, WorldState } from './world-state.ts';

/** The services of one run, on a port of this machine. */
export interface ServiceServer {
  readonly url: string;
  readonly blobUrl: string;
  readonly api: RestApi;
  readonly results: ResultsService;
  close(): Promise<void>;
}

/** An account, as the paths of Azure's storage have it in front on an address without a name. */
const account = '/storage';
const twirpPath = /^\/twirp\/github\.actions\.results\.api\.v1\.(Cache|Artifact)Service\/(\w+)$/;

export async function startServices(options: {
  state: WorldState;
  run: StoredRun;
  faults: Faults;
  token: string;
  runtimeToken: string;
}): Promise<ServiceServer> {
  const { state, run, faults } = options;
  let url = '';
  const results = new ResultsService({
    state,
    run,
    token: options.runtimeToken,
    blobUrl: () => `${url}${account}`,
  });
  const api = new RestApi({
    state,
    run,
    token: options.token,
    selfUrl: () => url,
    artifactUrl: (artifact) => results.downloadUrl(artifact),
  });

  const route = (request: HttpRequest): { target: string; answer: () => HttpAnswer } => {
    const rpc = twirpPath.exec(request.path);
    if (rpc !== null) {
      const [, service = '', method = ''] = rpc;
      return {
        target: `${service.toLowerCase()}.${method}`,
        answer: () => results.rpc(service, method, request),
      };
    }
    if (request.path.startsWith(`${account}/`)) {
      const ofBlob = { ...request, path: request.path.slice(account.length) };
      return {
        target: request.method === 'PUT' ? 'blob.put' : 'blob.get',
        answer: () => results.blob(ofBlob),
      };
    }
    return {
      target: request.path === '/graphql' ? 'graphql' : 'rest',
      answer: () => api.handle(request),
    };
  };

  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const request = await readRequest(message);
      const { target, answer } = route(request);
      const fault = faults.next(target, request.method, request.path);
      await respond(message, response, fault, answer);
    } catch (error) {
      // The stand-in itself is at fault: loud, and never taken for a fault that was asked for.
      if (!response.headersSent) response.writeHead(599);
      response.end(String(error));
    }
  };

  const sockets = new Set<Socket>();
  const server = createServer((message, response) => {
    void serve(message, response);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    blobUrl: `${url}${account}`,
    api,
    results,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function readRequest(message: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const url = new URL(message.url ?? '/', 'http://stand-in');
  return {
    method: message.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: message.headers,
    body: Buffer.concat(chunks),
  };
}

async function respond(
  message: IncomingMessage,
  response: ServerResponse,
  fault: FaultEffect | undefined,
  answer: () => HttpAnswer,
): Promise<void> {
  if (fault?.delayMs !== undefined) await sleep(fault.delayMs);
  if (fault?.hang === true) return;
  if (fault?.reset === true) {
    message.socket.destroy();
    return;
  }
  const { status, headers = {}, body } = fault?.status === undefined ? answer() : faultAnswer(fault);
  const isBytes = Buffer.isBuffer(body);
  const bytes = isBytes ? spoil(body, fault) : bytesOf(body);
  const type = isBytes || body === undefined || 'content-type' in headers ? {} : jsonType;
  response.writeHead(status, { ...type, ...headers, 'content-length': String(bytes.length) });
  if (message.method === 'HEAD') response.end();
  else if (fault?.truncate === true && isBytes) {
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => {
      setTimeout(() => message.socket.destroy(), 50);
    });
  } else response.end(bytes);
}

const jsonType = { 'content-type': 'application/json; charset=utf-8' };

function faultAnswer({ status = 500, headers = {}, body }: FaultEffect): HttpAnswer {
  // A time to come, in seconds since the epoch.
  const resolved = Object.entries(headers).map(([name, value]) => {
    const seconds = /^now\+(\d+)$/.exec(value)?.[1];
    return [
      name,
      seconds === undefined ? value : String(Math.floor(Date.now() / 1000) + Number(seconds)),
    ] as const;
  });
  return { status, headers: Object.fromEntries(resolved), body };
}

function spoil(bytes: Buffer, fault: FaultEffect | undefined): Buffer {
  if (fault?.short === true) return bytes.subarray(0, Math.floor(bytes.length / 2));
  if (fault?.corrupt !== true) return bytes;
  return Buffer.from(bytes.map((byte, index) => (index % 7 === 4 ? byte ^ 0x5a : byte)));
}

function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
