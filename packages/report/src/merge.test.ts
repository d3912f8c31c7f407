import type { RunResult } from '@mcp-test-harness/core';
import { describe, expect, it } from 'vitest';
import { mergeRunResults } from './merge.ts';
import { buildBaseline } from './testing/example-baselines.ts';
import { mixedRun } from './testing/example-runs.ts';
import { buildFinding, buildRun, buildSuite, buildTest } from './testing/results.ts';

const shard = (index: number, count: number, run: Partial<RunResult>, ...names: readonly string[]) =>
  buildRun(
    [
      buildSuite(
        's',
        names.map((name) => buildTest('s', name)),
      ),
    ],
    { shard: { index, count }, ...run },
  );

describe('mergeRunResults', () => {
  it('keeps what baselines say of each shard, and what they have against it', () => {
    const worse = buildBaseline({ failures: ['s/a fails, and passed before'] });
    const merged = mergeRunResults([
      shard(1, 2, { baselines: [worse] }, 'a'),
      shard(2, 2, { baselines: [buildBaseline({ failures: [] })] }, 'b'),
    ]);
    expect(merged).toMatchObject({ verdict: 'failed', exitCode: 1 });
    expect(merged.baselines).toHaveLength(2);
  });

  it('joins the shards of a run: suites by name, findings by rule and server, the longest time', () => {
    const merged = mergeRunResults([
      shard(1, 2, { durationMs: 100, findings: [buildFinding({ count: 2, severity: 'warning' })] }, 'a', 'b'),
      shard(
        2,
        2,
        { durationMs: 300, findings: [buildFinding({ count: 3 }), buildFinding({ server: 'other' })] },
        'c',
      ),
    ]);
    expect(merged.suites).toHaveLength(1);
    expect(merged.suites[0]?.tests.map(({ id }) => id)).toEqual(['s/a', 's/b', 's/c']);
    expect(merged).toMatchObject({
      complete: true,
      verdict: 'passed',
      exitCode: 0,
      durationMs: 300,
      plannedTests: 3,
      warnings: [],
      totals: { tests: 3, passed: 3 },
    });
    expect(merged.findings.map(({ server, severity, count }) => [server, severity, count])).toEqual([
      ['default', 'error', 5],
      ['other', 'error', 4],
    ]);
    expect(merged.servers).toHaveLength(2);
    expect(merged.shard).toBeUndefined();
  });

  it('decides the outcome of a suite over all its shards', () => {
    const part = (index: number, test: ReturnType<typeof buildTest>) =>
      buildRun([buildSuite('s', [test], { requiredSuccessRate: 0.5 })], { shard: { index, count: 2 } });
    const failing = part(1, buildTest('s', 'a', 'failed'));
    expect(failing.verdict).toBe('failed');
    const merged = mergeRunResults([failing, part(2, buildTest('s', 'b'))]);
    expect(merged).toMatchObject({ verdict: 'passed', exitCode: 0 });
    expect(merged.suites[0]).toMatchObject({ outcome: 'passed', successRate: 0.5 });
  });

  it('is incomplete, and no pass, when a shard is missing', () => {
    const merged = mergeRunResults([shard(1, 3, {}, 'a'), shard(3, 3, {}, 'b')]);
    expect(merged).toMatchObject({
      complete: false,
      incompleteReason: 'shard 2 of 3 is missing',
      exitCode: 1,
    });
    expect(merged.warnings).toEqual(['shard 2 of 3 is missing: give its result too']);
  });

  it('passes on why a part is incomplete, and that it was interrupted', () => {
    const merged = mergeRunResults([
      shard(1, 2, {}, 'a'),
      shard(
        2,
        2,
        { complete: false, incompleteReason: 'interrupted by SIGINT', verdict: 'interrupted' },
        'b',
      ),
    ]);
    expect(merged).toMatchObject({
      complete: false,
      incompleteReason: 'shard 2 of 2: interrupted by SIGINT',
      verdict: 'interrupted',
      exitCode: 130,
    });
  });

  it('accepts a shard that holds no test', () => {
    const empty = buildRun([], { shard: { index: 2, count: 2 } });
    expect(mergeRunResults([shard(1, 2, {}, 'a'), empty])).toMatchObject({ complete: true, exitCode: 0 });
  });

  it('takes the strictest protocol_checks, so that one result cannot excuse the findings of another', () => {
    const merged = mergeRunResults([
      shard(1, 2, { protocolChecks: 'off' }, 'a'),
      shard(2, 2, { protocolChecks: 'error', findings: [buildFinding()] }, 'b'),
    ]);
    expect(merged).toMatchObject({ protocolChecks: 'error', verdict: 'failed', exitCode: 1 });
  });

  it('names a test that is in two inputs', () => {
    expect(() => mergeRunResults([shard(1, 2, {}, 'a'), shard(2, 2, {}, 'b', 'a')])).toThrow(
      'test "s/a" is in result 1 and in result 2',
    );
  });

  it.each([
    [[], 'there is no result to merge'],
    [[shard(1, 2, {}, 'a'), shard(2, 3, {}, 'b')], 'one of 2, one of 3'],
  ])('refuses what cannot be merged (%#)', (results, message) => {
    expect(() => mergeRunResults(results)).toThrow(message);
  });

  it('leaves a single result as it is', () => {
    const run = mixedRun();
    expect(JSON.parse(JSON.stringify(mergeRunResults([run])))).toEqual(JSON.parse(JSON.stringify(run)));
  });

  it('warns about results of different versions', () => {
    const harness = { version: '0.2.0', node: '24.21.0', platform: 'linux-x64' };
    expect(mergeRunResults([shard(1, 2, {}, 'a'), shard(2, 2, { harness }, 'b')]).warnings).toEqual([
      'the results come from different versions: 0.1.0, 0.2.0',
    ]);
  });
});
