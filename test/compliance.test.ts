import { checks, runCompliance, type ComplianceResult } from '@mcp-test-harness/core/compliance';
import { rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { httpBreaks } from './fixtures/compliance/breaks/http.ts';
import { breaks } from './fixtures/compliance/breaks/index.ts';
import { statelessHttpBreaks } from './fixtures/compliance/breaks/stateless-http.ts';
import { statelessBreaks } from './fixtures/compliance/breaks/stateless.ts';
import { oddities } from './fixtures/compliance/oddities.ts';
import { bundleFixture } from './support/bundle.ts';
import { freePort } from './support/free-port.ts';

// A run mostly waits: for what must not come, and for processes to end.
vi.setConfig({ maxConcurrency: 8 });

const fixture = (name: string): Promise<string> =>
  bundleFixture(resolve(import.meta.dirname, 'fixtures/compliance', name));
const [main, httpMain] = await Promise.all([fixture('main.ts'), fixture('http-main.ts')]);
const env = { PATH: process.env['PATH'] };

afterAll(() =>
  Promise.all([main, httpMain].map((file) => rm(dirname(file), { recursive: true, force: true }))),
);

const newestHandshake = '2025-11-25';
const stateless = '2026-07-28';
type Era = 'handshake' | 'stateless' | 'both';
const eraOf = (revision: string): Era => (revision >= stateless ? 'stateless' : 'handshake');

/** @param revision what is asked for; undefined: the newest that both sides speak */
function judge(
  broken: string | undefined,
  revision: string | undefined,
  era = eraOf(revision ?? stateless),
): Promise<ComplianceResult> {
  return runCompliance({
    server: {
      name: 'sound',
      command: process.execPath,
      args: [main, era, ...(broken === undefined ? [] : [broken])],
      env,
      shutdownTimeoutMs: 2000,
      protocolVersion: revision as never,
    },
    requestTimeoutMs: 5000,
  });
}

async function judgeHttp(broken: string | undefined, revision: string): Promise<ComplianceResult> {
  const port = await freePort();
  return runCompliance({
    server: {
      transport: 'http',
      name: 'sound',
      url: `http://127.0.0.1:${port}/mcp`,
      start: {
        command: process.execPath,
        args: [httpMain, String(port), eraOf(revision), ...(broken === undefined ? [] : [broken])],
        env,
        readyWhen: { port },
      },
      protocolVersion: revision as never,
    },
    requestTimeoutMs: 5000,
  });
}

const brokenIn = ({ results }: ComplianceResult): string[] =>
  results.filter(({ status }) => status === 'failed' || status === 'warning').map(({ id }) => id);
const untestableIn = ({ results }: ComplianceResult): string[] =>
  results.filter(({ status }) => status === 'not testable').map(({ id }) => id);

const revisionsOf = (id: string): { from: string; until?: string | undefined } =>
  checks.find((check) => check.id === id)?.revisions ?? { from: '' };
/** The newest revision of the handshake era that a requirement holds in. */
const handshakeRevisionFor = (id: string): string => {
  const { until = newestHandshake } = revisionsOf(id);
  return until > newestHandshake ? newestHandshake : until;
};
const isOfHandshakes = (id: string): boolean => revisionsOf(id).from <= newestHandshake;
const isStateless = (id: string): boolean => (revisionsOf(id).until ?? stateless) >= stateless;
/** What HTTP alone shows. */
const isOfHttp = (id: string): boolean => id.startsWith('http.');

const stdioBreaks = [...new Set([...Object.keys(breaks), ...Object.keys(statelessBreaks)])].filter(
  (id) => !isOfHttp(id),
);
const httpBreaksOf = {
  handshake: Object.keys(httpBreaks),
  stateless: [...Object.keys(statelessHttpBreaks), ...Object.keys(statelessBreaks).filter(isOfHttp)],
};

describe('every requirement', () => {
  it('has an id of its own, a title, a remedy and exactly one way to be judged', () => {
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
    for (const check of checks) {
      expect(check.title.length * check.remedy.length, check.id).toBeGreaterThan(0);
      expect([check.id, (check.run === undefined) !== (check.findings === undefined)]).toEqual([
        check.id,
        true,
      ]);
    }
  });

  it('has a server that breaks it, in each era that has it', () => {
    const known = checks.map(({ id }) => id);
    const broken = [...stdioBreaks, ...httpBreaksOf.handshake, ...httpBreaksOf.stateless];
    expect(broken.filter((id) => !known.includes(id))).toEqual([]);
    const handshake = [...Object.keys(breaks), ...httpBreaksOf.handshake];
    expect(known.filter((id) => isOfHandshakes(id) && !handshake.includes(id))).toEqual([]);
    const modern = [...stdioBreaks, ...httpBreaksOf.stateless];
    expect(known.filter((id) => isStateless(id) && !modern.includes(id))).toEqual([]);
  });
});

describe.concurrent('a sound server', { timeout: 180_000 }, () => {
  it.each(['2024-11-05', '2025-03-26', '2025-06-18', newestHandshake, stateless])(
    'breaks nothing in %s',
    async (revision) => {
      const result = await judge(undefined, revision);
      expect(brokenIn(result)).toEqual([]);
      expect(untestableIn(result)).toEqual([]);
      expect(result.score).toBe(1);
    },
  );

  it.each([newestHandshake, stateless])('that speaks both eras breaks nothing in %s', async (revision) => {
    const result = await judge(undefined, revision, 'both');
    expect(brokenIn(result)).toEqual([]);
    expect(untestableIn(result)).toEqual([]);
  });
});

describe.concurrent('an odd but sound server', { timeout: 180_000 }, () => {
  const cases = Object.entries(oddities).flatMap(([name, { eras = ['handshake', 'stateless'] }]) =>
    eras.map((era) => [name, era === 'stateless' ? stateless : newestHandshake] as const),
  );
  it.each(cases)('that %s breaks nothing in %s', async (name, revision) => {
    const result = await judge(name, revision);
    expect(brokenIn(result)).toEqual([]);
    expect(result.findings).toEqual([]);
  });
});

describe.concurrent('a sound server over HTTP', { timeout: 180_000 }, () => {
  it.each(['2025-03-26', '2025-06-18', newestHandshake, stateless])(
    'breaks nothing in %s',
    async (revision) => {
      const result = await judgeHttp(undefined, revision);
      expect(brokenIn(result)).toEqual([]);
      // Over HTTP the stream of an answer ends with its request.
      expect(untestableIn(result)).toEqual(['cancellation.no-answer']);
    },
  );
});

describe.concurrent('a server on the official SDK', { timeout: 180_000 }, () => {
  const sdk = resolve(import.meta.dirname, 'fixtures/servers/sdk-v2-both.mjs');

  it(`breaks nothing in ${stateless}`, async () => {
    const server = { command: process.execPath, args: [sdk], env, protocolVersion: stateless } as const;
    const result = await runCompliance({ server, call: 'all', requestTimeoutMs: 5000 });
    expect(brokenIn(result)).toEqual([]);
    expect(result.totals.passed).toBeGreaterThan(100);
  });

  it(`breaks nothing in ${stateless} over HTTP, but that it admits every origin`, async () => {
    const port = await freePort();
    const start = {
      command: process.execPath,
      args: [sdk],
      env: { ...env, PORT: String(port) },
      readyWhen: { port },
    };
    const result = await runCompliance({
      server: { transport: 'http', url: `http://127.0.0.1:${port}/mcp`, start, protocolVersion: stateless },
      call: 'all',
      requestTimeoutMs: 5000,
    });
    expect(brokenIn(result)).toEqual(['http.origin']);
    expect(result.totals.passed).toBeGreaterThan(100);
  });
});

describe.concurrent('an odd server over HTTP', { timeout: 180_000 }, () => {
  it.each([
    ['has sessions and requires no session id', newestHandshake, []],
    ['answers unknown methods by HTTP alone', newestHandshake, ['jsonrpc.unknown-method']],
    ['serves older clients and wants no version header', stateless, []],
  ])('that %s in %s breaks %j', async (name, revision, broken) => {
    expect(brokenIn(await judgeHttp(name, revision))).toEqual(broken);
  });
});

describe.concurrent('an HTTP server that breaks', { timeout: 180_000 }, () => {
  const cases = [
    ...httpBreaksOf.handshake.map((id) => [id, newestHandshake] as const),
    ...httpBreaksOf.stateless.map((id) => [id, stateless] as const),
  ];
  it.each(cases)('%s breaks exactly that in %s', async (id, revision) => {
    const result = await judgeHttp(id, revision);
    expect(brokenIn(result), JSON.stringify(result.results.find((one) => one.id === id))).toEqual([id]);
  });
});

describe.concurrent('a server that breaks', { timeout: 180_000 }, () => {
  const cases = stdioBreaks.flatMap((id) => [
    ...(isOfHandshakes(id) ? [[id, handshakeRevisionFor(id)] as const] : []),
    ...(isStateless(id) ? [[id, stateless] as const] : []),
  ]);
  it.each(cases)('%s breaks exactly that in %s', async (id, revision) => {
    // A server that keeps to no revision that it is asked for cannot be pinned to one.
    const isUnpinned = id === 'lifecycle.version.supported-is-kept';
    const result = await judge(id, isUnpinned ? undefined : revision, eraOf(revision));
    expect(brokenIn(result), JSON.stringify(result.results.find((one) => one.id === id))).toEqual([id]);
  });
});
