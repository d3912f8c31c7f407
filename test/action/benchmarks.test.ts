import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { actionWorlds, commentsOf, greetingLine, headlineOf } from '../support/action-world.ts';
import type { RunReport } from '../support/runner/types.ts';
import { worlds } from '../support/runner/worlds.ts';

const openWorld = actionWorlds();

/** The workspace becomes a repository of two commits: in the second the server is slower. @returns the first */
function commitSlowdown(workspace: string): string {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', workspace, '-c', 'user.name=t', '-c', 'user.email=t@t.test', ...args], {
      encoding: 'utf8',
    }).trim();
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '--message=fast');
  const base = git('rev-parse', 'HEAD');
  writeFileSync(join(workspace, 'behaviour.json'), '{"slowMs": 25}');
  git('add', '.');
  git('commit', '--quiet', '--message=slow');
  return base;
}

describe.each(worlds)('benchmarks, $name', (kind) => {
  let compared: RunReport;
  let base: string;
  let kept: RunReport;
  let alone: RunReport;

  beforeAll(async () => {
    if (kind.isSkipped) return;
    let workspace = '';
    const world = openWorld(kind, { prepare: (folder) => (workspace = folder) });
    base = commitSlowdown(workspace);
    compared = await world.run({
      event: 'pull_request',
      pr: 1,
      baseSha: base,
      with: {
        run: 'benchmark',
        compare: 'merge-base',
        'setup-command': 'echo "made ready" && test ! -e behaviour.json',
      },
    });
    rmSync(join(workspace, '.git'), { recursive: true });
    // Slow enough that what else runs here makes no outliers of its calls.
    writeFileSync(join(workspace, 'behaviour.json'), '{"slowMs": 300}');
    rmSync(join(workspace, 'mcp-test-harness.yaml'));
    const server = { 'server-command': 'node server.mjs' };
    // A machine that is too busy makes no baseline, and says so; the next push does.
    for (let pushes = 0; pushes < 3; pushes += 1) {
      kept = await world.run({ event: 'push', with: server });
      if (kept.summary?.includes('was not kept') !== true) break;
    }
    alone = await world.run({ event: 'pull_request', pr: 2, with: server });
  }, 360_000);

  it.skipIf(kind.isSkipped)('of base and head in one job tell a regression, at the line of its test', () => {
    expect(compared.conclusion).toBe('failure');
    expect(compared.outputs).toMatchObject({
      outcome: 'failed',
      regressions: '1',
      baseline: 'merge-base',
      'baseline-sha': base,
    });
    expect(compared.annotations).toMatchObject([
      { type: 'error', title: 'greeting/greet regressed', file: 'mcp-test-harness.yaml', line: greetingLine },
    ]);
    expect(headlineOf(commentsOf(compared)[0]?.body)).toContain('`greeting/greet`');
  });

  it.skipIf(kind.isSkipped)('run the setup command where the base is, and leave no checkout behind', () => {
    expect(compared.log).toContain('made ready');
    expect(compared.orphanProcesses).toEqual([]);
  });

  it.skipIf(kind.isSkipped)(
    'without a configuration are of the read-only tools, beside an audit and the specification',
    () => {
      expect(alone.outputs['report-path']).not.toBe('');
      const files = alone.artifacts.thisRun.flatMap(({ files: own }) => own?.map(({ name }) => name) ?? []);
      expect(files).toEqual(
        expect.arrayContaining([
          'audit.json',
          'benchmark.html',
          'benchmark.json',
          'compliance.html',
          'compliance.sarif',
          'job.json',
        ]),
      );
      expect(Number(alone.outputs['passed'])).toBeGreaterThan(10);
      expect(alone.orphanProcesses).toEqual([]);
    },
  );

  it.skipIf(kind.isSkipped)(
    'without a configuration are kept on the default branch, and compared with',
    () => {
      const baseline = kept.artifacts.thisRun.find(({ name }) => name.includes('-baseline-'));
      const suites = new Set(baseline?.files?.map(({ name }) => name.split('/')[0]));
      expect(suites).toContain('tools');
      expect(kept.summary).not.toContain('was not kept');
      expect(alone.outputs).toMatchObject({ baseline: 'cache' });
      expect(alone.summary).toMatch(/tools\/greet.*only 1 run/);
    },
  );
});
