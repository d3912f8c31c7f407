import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, closeSync, existsSync, openSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { makeAuthority, makeCertificate } from '../../../packages/service/src/tls/testing/certificates.ts';
import { freePort } from '../../support/free-port.ts';
import { deploy } from './deploy-files.ts';
import { findProgram, runProgram, type ProgramRun } from './programs.ts';

const script = join(deploy, 'scripts/blue-green-deploy.sh');
const docker = resolve(import.meta.dirname, '../../fixtures/deploy/docker.mjs');

/** What the programs of a world, and the files that they need, are made of. */
type NewFolder = (files: Readonly<Record<string, string>>) => string;

/** HAProxy with its real configuration before two colours, which a stand-in for Docker starts as processes. */
export class BlueGreenWorld {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Of the authority that has made every certificate here. */
  readonly ca: string;
  readonly url: string;
  readonly #haproxy: ChildProcess;

  private constructor(folder: string, env: Readonly<Record<string, string>>, ca: string) {
    this.folder = folder;
    this.env = env;
    this.ca = ca;
    this.url = `https://${env['API_BIND']}`;
    const config = join(deploy, 'haproxy/haproxy.cfg');
    const log = openSync(join(folder, 'haproxy.log'), 'w');
    const args = ['-db', '-f', config];
    this.#haproxy = spawn(findProgram('haproxy') ?? '', args, { env, stdio: ['ignore', log, log] });
    closeSync(log);
  }

  /** @param more added to the environment of what is started */
  static async start(
    newFolder: NewFolder,
    more: Readonly<Record<string, string>> = {},
  ): Promise<BlueGreenWorld> {
    const authority = await makeAuthority('deployments');
    const { cert, key } = await makeCertificate(authority, { name: 'mcp-test-harness' });
    const folder = newFolder({
      'ca.pem': authority.cert,
      'tls.crt': cert,
      'tls.key': key,
      'haproxy.pem': `${cert}\n${key}`,
    });
    chmodSync(join(folder, 'tls.key'), 0o600);
    symlinkSync(docker, join(folder, 'docker'));
    const ports = await Promise.all(Array.from({ length: 5 }, freePort));
    const [api, blueApi, blueHealth, greenApi, greenHealth] = ports.map(String);
    const world = new BlueGreenWorld(
      folder,
      {
        PATH: [folder, process.env['PATH'], '/usr/sbin'].join(':'),
        HOME: process.env['HOME'] ?? '/',
        FAKE_STATE: folder,
        TLS_CERT: join(folder, 'tls.crt'),
        TLS_KEY: join(folder, 'tls.key'),
        API_BIND: `127.0.0.1:${api}`,
        API_CERTIFICATE: join(folder, 'haproxy.pem'),
        SERVICE_CA: join(folder, 'ca.pem'),
        HAPROXY_SOCKET: join(folder, 'haproxy.sock'),
        BLUE_API_PORT: blueApi ?? '',
        BLUE_HEALTH_PORT: blueHealth ?? '',
        BLUE_HEALTH_URL: `http://127.0.0.1:${blueHealth}`,
        GREEN_API_PORT: greenApi ?? '',
        GREEN_HEALTH_PORT: greenHealth ?? '',
        GREEN_HEALTH_URL: `http://127.0.0.1:${greenHealth}`,
        LOCK_FILE: join(folder, 'lock'),
        POLL_SECONDS: '0.1',
        TIMEOUT_SECONDS: '5',
        CHECK_SECONDS: '1.5',
        SETTLE_SECONDS: '2',
        DRAIN_SECONDS: '5',
        ...more,
      },
      authority.cert,
    );
    while (!existsSync(world.env['HAPROXY_SOCKET'] ?? '')) {
      if (world.#haproxy.exitCode !== null)
        throw new Error(`HAProxy has ended with ${world.#haproxy.exitCode}`);
      await sleep(20);
    }
    return world;
  }

  /** Runs the script. */
  async deploy(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<ProgramRun> {
    return await runProgram('bash', [script, ...args], { env: { ...this.env, ...more } });
  }

  /** The colours that run. */
  running(): readonly string[] {
    return ['blue', 'green'].filter((colour) => existsSync(join(this.folder, `${colour}.pid`)));
  }

  /** What Docker was asked for, a line each. */
  calls(): readonly string[] {
    return readFileSync(join(this.folder, 'calls'), 'utf8').trim().split('\n');
  }

  /** What HAProxy says of colours that come and go, for whoever wonders about a failed request. */
  stateChanges(): readonly string[] {
    const lines = readFileSync(join(this.folder, 'haproxy.log'), 'utf8').split('\n');
    return lines.filter((line) => line.includes('Server '));
  }

  async stop(): Promise<void> {
    for (const colour of ['blue', 'green']) {
      const args = ['compose', '-p', `mcp-test-harness-${colour}`, '-f', `compose.${colour}.yaml`, 'down'];
      await runProgram(docker, args, { env: this.env });
    }
    this.#haproxy.kill('SIGKILL');
  }
}

/** A request that is sent again and again. */
export interface LoadedRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Requests through HAProxy that never stop, one of each kind at a time. */
export class Load {
  readonly failures: string[] = [];
  count = 0;
  readonly #answers: string[] = [];
  #goesOn = true;
  readonly #url: string;
  readonly #agent: Agent;
  readonly #lanes: readonly Promise<void>[];

  constructor({ url, ca }: BlueGreenWorld, requests: readonly LoadedRequest[]) {
    this.#url = url;
    this.#agent = new Agent({ connect: { ca, servername: 'mcp-test-harness' } });
    this.#lanes = requests.map((one) => this.#send(one));
  }

  async #send({ method, path, headers = {} }: LoadedRequest): Promise<void> {
    while (this.#goesOn) {
      this.count += 1;
      try {
        const options = { method, headers, dispatcher: this.#agent };
        const { statusCode, body } = await request(`${this.#url}${path}`, options);
        const text = await body.text();
        if (statusCode === 200) this.#answers.push(text);
        else this.failures.push(`${method} ${path}: ${statusCode} ${text}`);
      } catch (error) {
        this.failures.push(`${method} ${path}: ${String(error)}`);
      }
      await sleep(10);
    }
  }

  /** What has been answered lately. */
  latest(): readonly string[] {
    return [...new Set(this.#answers.slice(-4))];
  }

  async stop(): Promise<void> {
    this.#goesOn = false;
    await Promise.all(this.#lanes);
    await this.#agent.close();
  }
}
