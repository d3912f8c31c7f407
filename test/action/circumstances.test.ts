import { beforeAll, describe, expect, it } from 'vitest';
import { actionWorlds, broken, commentsOf } from '../support/action-world.ts';
import type { RunOptions, RunReport } from '../support/runner/types.ts';
import { worlds } from '../support/runner/worlds.ts';

const openWorld = actionWorlds();
const pull: RunOptions = { event: 'pull_request', pr: 1 };

describe.each(worlds)('circumstances that are not the usual ones, $name', (kind) => {
  const run: Record<string, RunReport> = {};
  const of = (name: string): RunReport => run[name] ?? expect.fail(`${name} did not run`);
  const errorsOf = (name: string): string =>
    of(name)
      .annotations.filter(({ type }) => type === 'error')
      .map(({ message }) => message)
      .join('\n');

  beforeAll(async () => {
    if (kind.isSkipped) return;
    const world = openWorld(kind);
    run['enterprise'] = await world.run({ ...pull, env: broken, serverUrl: 'https://ghes.example' });
    run['unsafe'] = await world.run({ ...pull, event: 'pull_request_target' });
    run['allowed'] = await world.run({
      ...pull,
      event: 'pull_request_target',
      with: { 'allow-unsafe-target': 'true' },
    });
    run['inputs'] = await world.run({ ...pull, with: { baseline: 'chache', 'fail-on': 'everything' } });
    run['noConfig'] = await world.run({ ...pull, with: { config: 'missing.yaml' } });
    run['noServer'] = await world.run({ ...pull, with: { 'server-command': 'node missing.mjs' } });
    run['badConfig'] = await openWorld(kind, {
      files: { 'mcp-test-harness.yaml': 'server:\n  comand: node\n' },
    }).run(pull);
    run['noGit'] = await world.run({ ...pull, with: { compare: 'v1.0.0', run: 'benchmark' } });
    run['never'] = await world.run({ ...pull, env: broken, with: { 'fail-on': 'never' } });
    run['corrupt'] = await openWorld(kind, {
      files: { 'baselines/greeting/baseline.json': '{"schemaVersion": 1, "kind":' },
    }).run({ ...pull, with: { baseline: 'file' } });
    run['noFile'] = await world.run({ ...pull, with: { baseline: 'file', comment: 'always' } });
  }, 240_000);

  it.skipIf(kind.isSkipped)(
    'GitHub Enterprise Server has no artifacts of this version: told, and all else works',
    () => {
      const { conclusion, annotations, outputs, summary } = of('enterprise');
      expect(conclusion).toBe('failure');
      expect(outputs).toMatchObject({ outcome: 'failed', failed: '1', 'artifact-id': '' });
      expect(annotations.filter(({ message }) => message.includes('GitHub Enterprise Server'))).toMatchObject(
        [{ type: 'notice' }],
      );
      expect(commentsOf(of('enterprise'))).toHaveLength(1);
      expect(summary).toContain('greeting/greet');
    },
  );

  it.skipIf(kind.isSkipped)('pull_request_target is refused, unless somebody knows what he does', () => {
    expect(of('unsafe').conclusion).toBe('failure');
    expect(errorsOf('unsafe')).toContain('pull_request_target is refused');
    expect(of('allowed').outputs).toMatchObject({ outcome: 'passed' });
    expect(of('allowed').cache.events.map(({ op }) => op)).not.toContain('saved');
  });

  it.skipIf(kind.isSkipped)('inputs that are wrong are told all at once', () => {
    expect(errorsOf('inputs')).toContain(
      'input baseline: "chache" is not one of cache, artifact, file, none',
    );
    expect(errorsOf('inputs')).toContain('Did you mean cache?');
    expect(errorsOf('inputs')).toContain('input fail-on: "everything" is not one of tests,');
  });

  it.skipIf(kind.isSkipped)(
    'a configuration that is not there, or a server that does not start, is an error and no failure',
    () => {
      expect(of('noConfig').outputs).toMatchObject({ outcome: 'errored' });
      expect(errorsOf('noConfig')).toContain('missing.yaml');
      expect(of('noServer').outputs).toMatchObject({ outcome: 'errored' });
      expect(of('noServer').orphanProcesses).toEqual([]);
    },
  );

  it.skipIf(kind.isSkipped)('a fault of the configuration is told at its line', () => {
    expect(of('badConfig').annotations.filter(({ type }) => type === 'error')).toMatchObject([
      { file: 'mcp-test-harness.yaml', line: 2 },
    ]);
    expect(of('badConfig').log.join('\n')).toContain('comand: node');
  });

  it.skipIf(kind.isSkipped)('compare without a repository says what to do', () => {
    expect(of('noGit').outputs).toMatchObject({ outcome: 'errored' });
    expect(errorsOf('noGit')).toContain('fetch-depth: 0');
  });

  it.skipIf(kind.isSkipped)('fail-on: never tells what fails, and does not', () => {
    expect(of('never').conclusion).toBe('success');
    expect(of('never').outputs).toMatchObject({ outcome: 'passed', failed: '1' });
    expect(of('never').annotations.some(({ type }) => type === 'warning')).toBe(true);
  });

  it.skipIf(kind.isSkipped)(
    'a committed baseline that cannot be read is an error, one that is missing is none yet',
    () => {
      expect(of('corrupt').outputs).toMatchObject({ outcome: 'errored', passed: '1' });
      expect(errorsOf('corrupt')).toContain('baseline.json');
      expect(of('noFile').outputs).toMatchObject({ outcome: 'passed', baseline: 'none' });
      expect(commentsOf(of('noFile'))[0]?.body).toContain('No baseline yet');
    },
  );
});
