/**
 * A deployment behind a real HAProxy, with requests that never stop. Docker is a stand-in that starts processes on the ports
 * of each colour, and what it starts stands in for the service: versions that fail in all the ways that count.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAuthority, makeCertificate } from '../../packages/service/src/tls/testing/certificates.ts';
import { temporaryFolders } from '../support/folders.ts';
import { freePort } from '../support/free-port.ts';
import { deploy } from './support/deploy-files.ts';
import { findProgram, runProgram, skippedWithout, type ProgramRun } from './support/programs.ts';

const script = join(deploy, 'scripts/blue-green-deploy.sh');
const skipped = skippedWithout('haproxy', 'socat', 'curl', 'flock');
const newFolder = temporaryFolders();

describe.skipIf(skipped !== '')(`blue/green behind HAProxy${skipped}`, { timeout: 60_000 }, () => {
  let folder: string;
  let env: Record<string, string>;
  let haproxy: ChildProcess;
  let load: Load;

  beforeAll(async () => {
    const authority = await makeAuthority('deployments');
    const { cert, key } = await makeCertificate(authority, { name: 'mcp-test-harness' });
    folder = newFolder({
      'ca.pem': authority.cert,
      'service.crt': cert,
      'service.key': key,
      'haproxy.pem': `${cert}\n${key}`,
    });
    symlinkSync(resolve(import.meta.dirname, '../fixtures/deploy/docker.mjs'), join(folder, 'docker'));
    const [api, ...ports] = await Promise.all(Array.from({ length: 5 }, freePort));
    const [blueApi, blueHealth, greenApi, greenHealth] = ports.map(String);
    env = {
      PATH: [folder, process.env['PATH'], '/usr/sbin'].join(':'),
      FAKE_STATE: folder,
      TLS_CERT: join(folder, 'service.crt'),
      TLS_KEY: join(folder, 'service.key'),
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
      SETTLE_SECONDS: '2',
      DRAIN_SECONDS: '5',
    };
    haproxy = spawn(findProgram('haproxy') ?? '', ['-db', '-f', join(deploy, 'haproxy/haproxy.cfg')], {
      env,
      stdio: 'ignore',
    });
    while (!existsSync(env['HAPROXY_SOCKET'] ?? '')) {
      if (haproxy.exitCode !== null) throw new Error(`HAProxy has ended with ${haproxy.exitCode}`);
      await sleep(20);
    }
    const first = await deployVersion('1.0.0', '--to', 'blue');
    expect(`${first.exitCode} ${first.stderr}`).toMatch(/^0 /);
    load = new Load(`https://127.0.0.1:${api}`, authority.cert);
  }, 60_000);

  afterAll(async () => {
    await load?.stop();
    for (const colour of ['blue', 'green'])
      await runProgram(
        'docker',
        ['compose', '-p', `mcp-test-harness-${colour}`, '-f', `compose.${colour}.yaml`, 'down'],
        { env },
      );
    haproxy?.kill('SIGKILL');
  });

  const deployVersion = (...args: readonly string[]): Promise<ProgramRun> =>
    runProgram('bash', [script, ...args], { env });
  const isRunning = (colour: string): boolean => existsSync(join(folder, `${colour}.pid`));

  it('switches to a version that is ready, and no request fails', async () => {
    await load.answersOf('1.0.0');
    const { exitCode, stderr } = await deployVersion('2.0.0');
    expect(`${exitCode} ${stderr}`).toMatch(/^0 [^]*green serves version 2\.0\.0\n$/);
    expect(load.latest()).toEqual(['2.0.0']);
    expect([isRunning('blue'), isRunning('green')]).toEqual([false, true]);
    expect(load.failures).toEqual([]);
    expect(load.count).toBeGreaterThan(100);
  });

  it.each([
    ['does not start', '3.0.0-broken', /blue did not become ready/],
    ['never becomes ready', '3.0.0-unready', /blue did not become ready/],
    [
      'is another than was asked for',
      '3.0.0-other',
      /blue is version '0\.9\.0', and should be 3\.0\.0-other/,
    ],
    ['fails once it has traffic', '3.0.0-sick', /blue does not serve any more/],
  ])('goes back, and no request fails, when the new version %s', async (_, version, reason) => {
    const { exitCode, stderr } = await deployVersion(version);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(reason);
    expect(stderr).toContain('rolling back: green serves, blue is stopped');
    expect(load.latest()).toEqual(['2.0.0']);
    expect([isRunning('blue'), isRunning('green')]).toEqual([false, true]);
    expect(load.failures).toEqual([]);
  });

  it('deploys again after all of these', async () => {
    const { exitCode } = await deployVersion('v4.0.0', '--image', 'registry.example.com/harness:4.0.0');
    expect(exitCode).toBe(0);
    expect(load.latest()).toEqual(['4.0.0']);
    expect([isRunning('blue'), isRunning('green')]).toEqual([true, false]);
    expect(load.failures).toEqual([]);
  });

  it('is refused while another one goes on, and changes nothing then', async () => {
    const calls = readFileSync(join(folder, 'calls'), 'utf8');
    const [first, second] = await Promise.all([deployVersion('5.0.0'), deployVersion('6.0.0')]);
    expect([first.exitCode, second.exitCode].toSorted()).toEqual([0, 1]);
    expect(first.stderr + second.stderr).toContain('another deployment is going on');
    expect(readFileSync(join(folder, 'calls'), 'utf8').slice(calls.length).match(/ up /g)).toHaveLength(1);
    expect(load.failures).toEqual([]);
  });

  it('is told what it is to do', async () => {
    expect((await deployVersion()).exitCode).toBe(2);
    expect((await deployVersion('1.0.0', '--to', 'red')).exitCode).toBe(2);
    const active = isRunning('green') ? 'green' : 'blue';
    const { exitCode, stderr } = await deployVersion('1.0.0', '--to', active);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`${active} serves already`);
  });

  it('is refused where HAProxy does not know the colours', async () => {
    const run = runProgram('bash', [script, '1.0.0'], { env: { ...env, HAPROXY_BACKEND: 'other' } });
    expect((await run).stderr).toContain('has no server other/blue');
  });
});

/** Requests through HAProxy, four at a time: short and long ones, some of which change something. */
class Load {
  readonly failures: string[] = [];
  count = 0;
  #answers: string[] = [];
  #goesOn = true;
  readonly #url: string;
  readonly #agent: Agent;
  readonly #lanes: readonly Promise<void>[];

  constructor(url: string, ca: string) {
    this.#url = url;
    this.#agent = new Agent({ connect: { ca, servername: 'mcp-test-harness' } });
    this.#lanes = [
      this.#run('GET', '/'),
      this.#run('POST', '/'),
      this.#run('GET', '/slow'),
      this.#run('POST', '/slow'),
    ];
  }

  async #run(method: 'GET' | 'POST', path: string): Promise<void> {
    while (this.#goesOn) {
      this.count += 1;
      try {
        const { statusCode, body } = await request(`${this.#url}${path}`, {
          method,
          dispatcher: this.#agent,
        });
        const text = await body.text();
        if (statusCode === 200) this.#answers.push(text);
        else this.failures.push(`${method} ${path}: ${statusCode}`);
      } catch (error) {
        this.failures.push(`${method} ${path}: ${String(error)}`);
      }
      await sleep(10);
    }
  }

  /** Waits for an answer of this version. */
  async answersOf(version: string): Promise<void> {
    while (!this.#answers.includes(version)) await sleep(20);
  }

  /** The versions that have answered lately. */
  latest(): readonly string[] {
    return [...new Set(this.#answers.slice(-4))];
  }

  async stop(): Promise<void> {
    this.#goesOn = false;
    await Promise.all(this.#lanes);
    await this.#agent.close();
  }
}
