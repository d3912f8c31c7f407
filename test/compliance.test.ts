import { checks, runCompliance, type ComplianceResult } from '@mcp-test-harness/core/compliance';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { httpBreaks } from './fixtures/compliance/breaks/http.ts';
import { breaks } from './fixtures/compliance/breaks/index.ts';
import { oddities } from './fixtures/compliance/oddities.ts';
import { freePort } from './support/free-port.ts';

const main = resolve(import.meta.dirname, 'fixtures/compliance/main.ts');
const httpMain = resolve(import.meta.dirname, 'fixtures/compliance/http-main.ts');
const env = { PATH: process.env['PATH'] };

function judge(broken?: string, revision?: string): Promise<ComplianceResult> {
  return runCompliance({
    server: {
      name: 'sound',
      command: process.execPath,
      args: [main, ...(broken === undefined ? [] : [broken])],
      env,
      shutdownTimeoutMs: 1000,
      ...(revision !== undefined && { protocolVersion: revision as never }),
    },
    requestTimeoutMs: 3000,
  });
}

async function judgeHttp(broken?: string, revision?: string): Promise<ComplianceResult> {
  const port = await freePort();
  return runCompliance({
    server: {
      transport: 'http',
      name: 'sound',
      url: `http://127.0.0.1:${port}/mcp`,
      start: {
        command: process.execPath,
        args: [httpMain, String(port), ...(broken === undefined ? [] : [broken])],
        env,
        readyWhen: { port },
      },
      ...(revision !== undefined && { protocolVersion: revision as never }),
    },
    requestTimeoutMs: 3000,
  });
}

const brokenIn = ({ results }: ComplianceResult): string[] =>
  results.filter(({ status }) => status === 'failed' || status === 'warning').map(({ id }) => id);

/** The newest revision of the handshake era that a requirement holds in; a server that keeps to none it is asked for is not pinned. */
const revisionFor = (id: string): string | undefined => {
  if (id === 'lifecycle.version.supported-is-kept') return undefined;
  const until = checks.find((check) => check.id === id)?.revisions.until ?? '2025-11-25';
  return until > '2025-11-25' ? '2025-11-25' : until;
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

  it('has a server that breaks it', () => {
    const broken = [...Object.keys(breaks), ...Object.keys(httpBreaks)];
    expect(checks.map(({ id }) => id).filter((id) => !broken.includes(id))).toEqual([]);
    expect(broken.filter((id) => !checks.some((check) => check.id === id))).toEqual([]);
  });
});

describe.concurrent('a sound server', { timeout: 120_000 }, () => {
  it.each(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'])(
    'breaks nothing in %s',
    async (revision) => {
      const result = await judge(undefined, revision);
      expect(result.results.filter(({ status }) => status === 'failed' || status === 'warning')).toEqual([]);
      expect(result.results.filter(({ status }) => status === 'not testable')).toEqual([]);
      expect(result.score).toBe(1);
    },
  );
});

describe.concurrent('an odd but sound server', { timeout: 120_000 }, () => {
  it.each(Object.keys(oddities))('that %s breaks nothing', async (name) => {
    const result = await judge(name, '2025-11-25');
    expect(result.results.filter(({ status }) => status === 'failed' || status === 'warning')).toEqual([]);
    expect(result.findings).toEqual([]);
  });
});

describe.concurrent('a sound server over HTTP', { timeout: 120_000 }, () => {
  it.each(['2025-03-26', '2025-06-18', '2025-11-25'])('breaks nothing in %s', async (revision) => {
    const result = await judgeHttp(undefined, revision);
    expect(result.results.filter(({ status }) => status === 'failed' || status === 'warning')).toEqual([]);
    // Over HTTP the stream of an answer ends with its request.
    const untestable = result.results.filter(({ status }) => status === 'not testable').map(({ id }) => id);
    expect(untestable).toEqual(['cancellation.no-answer']);
  });
});

describe.concurrent('an odd server over HTTP', { timeout: 120_000 }, () => {
  it.each([
    ['has sessions and requires no session id', []],
    ['answers unknown methods by HTTP alone', ['jsonrpc.unknown-method']],
  ])('that %s breaks %j', async (name, broken) => {
    expect(brokenIn(await judgeHttp(name, '2025-11-25'))).toEqual(broken);
  });
});

describe.concurrent('an HTTP server that breaks', { timeout: 120_000 }, () => {
  it.each(Object.keys(httpBreaks))('%s breaks exactly that', async (id) => {
    const result = await judgeHttp(id, '2025-11-25');
    expect(brokenIn(result), JSON.stringify(result.results.find((one) => one.id === id))).toEqual([id]);
  });
});

describe.concurrent('a server that breaks', { timeout: 120_000 }, () => {
  it.each(Object.keys(breaks))('%s breaks exactly that', async (id) => {
    const result = await judge(id, revisionFor(id));
    expect(brokenIn(result), JSON.stringify(result.results.find((one) => one.id === id))).toEqual([id]);
  });
});
