import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ManualClock } from './testing/manual-clock.ts';
import { runYaml } from './testing/run-yaml.ts';
import type { YamlRunOptions } from './testing/run-yaml.ts';

/** Appends its first argument to the log beside it. */
const note = `require('node:fs').appendFileSync(__dirname + '/log', process.argv[2] + '\\n');`;
const scripts = {
  'note.js': note,
  'fail.js': `${note} console.log('some output'); console.error('the database is down'); process.exit(3);`,
  'hang.js': `${note} setInterval(() => {}, 1000);`,
  log: '',
};
const env = { PATH: process.env['PATH'] ?? '' };

/**
 * Runs a configuration beside these scripts; `log` is what they did.
 * @param onFirstLine called once a script has begun
 */
async function run(yaml: string, options: YamlRunOptions = {}, onFirstLine: () => void = () => undefined) {
  let directory = '';
  let log = '';
  const timer = setInterval(() => {
    if (directory === '' || readFileSync(join(directory, 'log')).length === 0) return;
    clearInterval(timer);
    onFirstLine();
  }, 5);
  const done = await runYaml(yaml, {
    files: scripts,
    env,
    ...options,
    edit: (plan) => {
      directory = plan.baseDir;
      return plan;
    },
    watch: (event, clock) => {
      if (event.type === 'run-end') log = readFileSync(join(directory, 'log'), 'utf8');
      options.watch?.(event, clock);
    },
  }).finally(() => clearInterval(timer));
  return { ...done, log: log.trim().split('\n') };
}

describe.skipIf(process.platform === 'win32')('the scripts of a suite', () => {
  it('run before its server starts and after it has ended', async () => {
    const write = (line: string): void => appendFileSync(join(directory, 'log'), `${line}\n`);
    let directory = '';
    const { log, result } = await run(
      `
test_suites:
  - name: core
    setup_script: note.js setup
    teardown_script: note.js teardown
    test_cases: [{ id: t, tool_name: echo }]
`,
      {
        servers: {
          server: {
            start: (_count, options) => {
              directory = ('cwd' in options && options.cwd) || '';
              write('server starts');
            },
          },
        },
        watch: (event) => {
          if (event.type === 'server-end') write('server has ended');
        },
      },
    );
    expect(log).toEqual(['setup', 'server starts', 'server has ended', 'teardown']);
    expect(result).toMatchObject({ exitCode: 0, warnings: [] });
  });

  it('make its tests errored when setup fails, with what it printed, and tear down all the same', async () => {
    const { log, outcomes, test, servers } = await run(`
test_suites:
  - name: core
    setup_script: fail.js setup
    teardown_script: note.js teardown
    test_cases:
      - { id: a, tool_name: echo }
      - { id: b, tool_name: echo, enabled: false }
`);
    expect(outcomes).toEqual(['a: errored', 'b: skipped']);
    expect(test('a').error).toMatchObject({
      code: 'SCRIPT_FAILED',
      kind: 'setup',
      message: expect.stringMatching(
        /^setup_script of suite "core" \(\S+fail\.js setup\) ended with exit code 3$/,
      ),
      hint: 'It printed: the database is down',
    });
    expect(log).toEqual(['setup', 'teardown']);
    expect(servers.starts).toBe(0);
  });

  it('warn when teardown fails', async () => {
    const { result } = await run(`
test_suites:
  - name: core
    teardown_script: fail.js teardown
    test_cases: [{ id: a, tool_name: echo }]
`);
    expect(result).toMatchObject({ exitCode: 0, totals: { passed: 1 } });
    expect(result.warnings).toEqual([
      expect.stringMatching(/^teardown_script .+ ended with exit code 3\. It printed: the database is down$/),
    ]);
  });

  it('are said not to exist', async () => {
    const { test } = await run(`
test_suites:
  - name: core
    setup_script: ./nowhere.sh
    test_cases: [{ id: a, tool_name: echo }]
`);
    expect(test('a').error?.message).toMatch(/the script \S+nowhere\.sh does not exist/);
  });

  it('do not run for a suite that is skipped, nor when all its tests are', async () => {
    const { log } = await run(`
test_suites:
  - name: skipped
    setup_script: note.js setup
    teardown_script: note.js teardown
    only_if: "false"
    test_cases: [{ id: a, tool_name: echo }]
  - name: disabled
    setup_script: note.js setup
    teardown_script: note.js teardown
    test_cases: [{ id: a, tool_name: echo, enabled: false }]
`);
    expect(log).toEqual(['']);
  });

  it('end when the time of the suite is up', async () => {
    const { test } = await run(`
test_suites:
  - name: core
    timeout_seconds: 0.3
    setup_script: hang.js setup
    test_cases: [{ id: a, tool_name: echo }]
`);
    expect(test('a').error?.message).toMatch(/hang\.js setup\) did not end within 0\.3 s$/);
  });

  it('are cut off by an interruption during setup', async () => {
    const interrupt = new AbortController();
    const { test, result, log } = await run(
      `
test_suites:
  - name: core
    setup_script: hang.js setup
    teardown_script: note.js teardown
    test_cases: [{ id: a, tool_name: echo }]
`,
      { signal: interrupt.signal },
      () => interrupt.abort(),
    );
    expect(test('a')).toMatchObject({ outcome: 'skipped', skipCause: 'interrupted' });
    expect(log).toEqual(['setup', 'teardown']);
    expect(result.exitCode).toBe(130);
  });

  it('are hurried by an interruption', async () => {
    const interrupt = new AbortController();
    const clock = new ManualClock();
    const { result, log } = await run(
      `
test_suites:
  - name: core
    teardown_script: hang.js teardown
    test_cases: [{ id: a, tool_name: echo }]
`,
      { clock, signal: interrupt.signal },
      () => {
        interrupt.abort();
        clock.advance(5000);
      },
    );
    expect(result.exitCode).toBe(130);
    expect(result.warnings).toEqual([expect.stringMatching(/hang\.js teardown was cut off$/)]);
    expect(log).toEqual(['teardown']);
  });
});

describe.skipIf(process.platform === 'win32')('a custom script', () => {
  it('that outlives the time of its test makes it errored, as out of time', async () => {
    const clock = new ManualClock();
    const { test } = await run(
      `
test_suites:
  - name: core
    test_cases:
      - id: judged
        tool_name: echo
        timeout_override_seconds: 5
        expected: { custom_scripts: [{ script: hang.js, language: node }] }
`,
      { clock },
      () => clock.advance(5000),
    );
    expect(test('judged')).toMatchObject({
      outcome: 'errored',
      error: { kind: 'timeout', message: 'the time of the test was up before the script hang.js ended' },
      reproduce: expect.stringContaining('--tool echo'),
    });
    expect(clock.pending).toBe(0);
  });
});
