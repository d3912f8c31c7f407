import { checks, runCompliance, type ComplianceResult } from '@mcp-test-harness/core/compliance';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { breaks } from './fixtures/compliance/breaks/index.ts';

const main = resolve(import.meta.dirname, 'fixtures/compliance/main.ts');

function judge(broken?: string, revision?: string): Promise<ComplianceResult> {
  return runCompliance({
    server: {
      name: 'sound',
      command: process.execPath,
      args: [main, ...(broken === undefined ? [] : [broken])],
      env: { PATH: process.env['PATH'] },
      shutdownTimeoutMs: 1000,
      ...(revision !== undefined && { protocolVersion: revision as never }),
    },
    requestTimeoutMs: 3000,
  });
}

const brokenIn = ({ results }: ComplianceResult): string[] =>
  results.filter(({ status }) => status === 'failed' || status === 'warning').map(({ id }) => id);

/** The newest revision of the handshake era that a requirement holds in. */
const revisionFor = (id: string): string => {
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
    expect(checks.map(({ id }) => id).filter((id) => breaks[id] === undefined)).toEqual([]);
    expect(Object.keys(breaks).filter((id) => !checks.some((check) => check.id === id))).toEqual([]);
  });
});

describe.concurrent('a sound server', () => {
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

describe.concurrent('a server that breaks', () => {
  it.each(Object.keys(breaks))('%s breaks exactly that', async (id) => {
    const result = await judge(id, revisionFor(id));
    expect(brokenIn(result), JSON.stringify(result.results.find((one) => one.id === id))).toEqual([id]);
  });
});
