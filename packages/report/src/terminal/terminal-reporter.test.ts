/* oxlint-disable no-control-regex -- control characters are what this file is about */
import type { RunEvent, RunResult } from '@mcp-test-harness/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReporterContext } from '../define.ts';
import { greenRun, hostileRun, mixedRun } from '../testing/example-runs.ts';
import {
  buildExchange,
  buildFailure,
  buildRun,
  buildServer,
  buildSuite,
  buildTest,
  eventsOf,
} from '../testing/results.ts';
import { createScreen } from '../testing/screen.ts';
import { displayWidth } from '../text/width.ts';
import { createTerminalReporter } from './terminal-reporter.ts';

function print(result: RunResult, options: Partial<ReporterContext> = {}): string {
  let output = '';
  const reporter = createTerminalReporter({
    write: (text) => (output += text),
    color: false,
    interactive: false,
    columns: 80,
    verbosity: 0,
    cwd: '/project',
    ...options,
  });
  for (const event of eventsOf(result)) reporter.onEvent?.(event);
  reporter.close?.();
  return output;
}

describe('plain output', () => {
  it('tells of each test, explains those that did not pass, and ends with the verdict', () => {
    expect(print(mixedRun())).toMatchSnapshot();
  });

  it('is short when all is well', () => {
    const run = buildRun([
      buildSuite('core-tools', [buildTest('core-tools', 'echo'), buildTest('core-tools', 'add')]),
    ]);
    expect(print(run)).toMatchInlineSnapshot(`
      "MCP Test Harness 0.1.0  mcp-test-harness.yaml  2 tests in 1 suite

      ✓ core-tools  2 passed  8.8 ms
        ✓ echo  4.4 ms
        ✓ add  4.4 ms

      PASSED  All 2 tests passed
        2 passed, 5.42 s
      "
    `);
  });

  it('counts passed tests in a large run and lists them with -v', () => {
    const run = greenRun(300);
    expect(print(run).split('\n').length).toBeLessThan(12);
    expect(print(run, { verbosity: 1 }).match(/✓ case-/g)).toHaveLength(300);
  });

  it('lists those that need attention in a large run too', () => {
    const tests = Array.from({ length: 200 }, (_, index) =>
      buildTest('s', `t${index}`, index === 77 ? 'failed' : 'passed'),
    );
    const output = print(buildRun([buildSuite('s', tests)]));
    expect(output.match(/^ {2}[✓✗!↓] .*$/gm)).toEqual(['  ✗ t77  failed  4.4 ms']);
  });

  it('says why a run did not pass although its tests did', () => {
    const { findings } = mixedRun();
    const output = print(
      buildRun([buildSuite('s', [buildTest('s', 'a')])], { findings, protocolChecks: 'error' }),
    );
    expect(output).toContain('FAILED  The tests passed, but the server breaks 1 rule of the protocol');
  });

  it('says that a run is incomplete, and why', () => {
    const run = buildRun([buildSuite('s', [buildTest('s', 'a')])], {
      complete: false,
      incompleteReason: 'interrupted by SIGINT',
      verdict: 'interrupted',
      exitCode: 130,
      plannedTests: 9,
    });
    expect(print(run)).toContain('INTERRUPTED  Interrupted after 1 of 9 tests');
    expect(print(run)).toContain('Incomplete: interrupted by SIGINT');
  });

  it('shows a server that did not start, with its stderr, without being asked', () => {
    const server = buildServer({
      startError: {
        code: 'TARGET_EXITED',
        kind: 'crash',
        message: 'exited with code 3 before initialize',
        hint: 'Look at its stderr.',
      },
      stderrTail: 'Error: no API key\n',
    });
    const output = print(
      buildRun([buildSuite('s', [buildTest('s', 'a', 'errored')])], { servers: [server] }),
    );
    expect(output).toContain('TARGET_EXITED: exited with code 3 before initialize');
    expect(output).toContain('Error: no API key');
  });

  it.each([
    [0, { expectations: 1, requests: 1, servers: false, sample: false }],
    [1, { expectations: 1, requests: 2, servers: true, sample: true }],
    [2, { expectations: 1, requests: 4, servers: true, sample: true }],
  ])('shows more with verbosity %d', (verbosity, wanted) => {
    const [first] = buildTest('s', 'a', 'failed').exchanges;
    if (first === undefined) throw new Error('the fixture has an exchange');
    const failed = buildTest('s', 'a', 'failed', { exchanges: [{ ...first, method: 'tools/list' }, first] });
    const output = print(buildRun([buildSuite('s', [failed])], { findings: mixedRun().findings }), {
      verbosity,
    });
    expect({
      expectations: output.match(/expected\.text/g)?.length,
      requests: output.match(/request {4}/g)?.length,
      servers: /peak\s+memory\s+65\s+MiB/.test(output),
      sample: output.includes('sample'),
    }).toEqual(wanted);
  });

  it('shows the exchange of the step that failed', () => {
    const exchanges = ['first', 'second', 'third'].map((step) => ({
      ...buildExchange(),
      step,
      request: `{"step":"${step}"}`,
    }));
    const failed = buildTest('s', 'a', 'failed', { exchanges, failures: [buildFailure({ step: 'second' })] });
    const output = print(buildRun([buildSuite('s', [failed])]));
    expect(output.match(/\{"step":"\w+"\}/g)).toEqual(['{"step":"second"}']);
  });

  it('says each thing once: no value that the sentence has, no stderr that stands above', () => {
    const [first, second] = ['a', 'b'].map((name) => buildTest('s', name, 'failed'));
    const other = buildTest('s', 'c', 'failed', { server: 'http' });
    const output = print(
      buildRun([
        buildSuite(
          's',
          [first, second, other].flatMap((test) => test ?? []),
        ),
      ]),
    );
    expect(output.match(/The sum of 2 and 3 is 5/g)).toHaveLength(6);
    expect(output.match(/^ {2}stderr .*$/gm)).toEqual([
      '  stderr     [server] add called with 2 and 3',
      '  stderr     as under s/a',
      '  stderr     [server] add called with 2 and 3',
    ]);
    expect(print(buildRun([buildSuite('s', [buildTest('s', 'a', 'failed')])]))).not.toContain('actual ');
  });

  it('lists tests as they are written, whatever the order they end in', () => {
    const at = (line: number) => ({ location: { file: '/project/a.yaml', line, column: 3 } });
    const tests = [
      buildTest('s', 'third', 'passed', at(30)),
      buildTest('s', 'second [i=2]', 'skipped', at(20)),
      buildTest('s', 'second [i=1]', 'passed', at(20)),
      buildTest('s', 'first', 'failed', at(10)),
    ];
    const events = eventsOf(buildRun([buildSuite('s', tests)]));
    let output = '';
    const reporter = createTerminalReporter({
      write: (text) => (output += text),
      color: false,
      interactive: false,
      columns: 80,
      verbosity: 0,
      cwd: '/project',
    });
    const isSkipped = (event: RunEvent) => event.type === 'test-start' && event.id === 's/second [i=2]';
    for (const event of events) if (!isSkipped(event)) reporter.onEvent?.(event);
    expect(output.match(/^ {2}[✓✗!↓] \S+( \[i=.\])?/gm)?.map((line) => line.slice(4))).toEqual([
      'first',
      'second [i=1]',
      'second [i=2]',
      'third',
    ]);
  });

  it('explains thirty tests that did not pass, names all, and says where the rest is', () => {
    const tests = Array.from({ length: 1000 }, (_, index) => buildTest('s', `t${index}`, 'failed'));
    const run = buildRun([buildSuite('s', tests)]);
    expect(print(run).match(/failed after/g)).toHaveLength(30);
    expect(print(run).match(/^ {2}✗ t\d+ /gm)).toHaveLength(1000);
    expect(print(run)).toContain('and 970 more, which are named with their suites: see -v');
    expect(print(run, { verbosity: 1 }).match(/failed after/g)).toHaveLength(1000);
  });

  it('breaks no line of a result without suites', () => {
    expect(print(buildRun([]))).toContain('FAILED  No test was executed');
  });

  it('keeps the reproduce line on one line and everything else within 80 columns', () => {
    const long = buildTest('s', 'a', 'failed', {
      reproduce: `mcp-test-harness call --tool add --args '${JSON.stringify({ text: 'x'.repeat(200) })}'`,
    });
    const lines = print(buildRun([buildSuite('s', [long]), ...mixedRun().suites])).split('\n');
    const over = lines.filter((line) => displayWidth(line) > 80);
    expect(over).toEqual([`  ${long.reproduce}`]);
  });
});

describe('colour', () => {
  it('adds nothing but SGR codes to the plain text', () => {
    const colored = print(mixedRun(), { color: true });
    expect(colored.replace(/\u001B\[\d+m/g, '')).toBe(print(mixedRun()));
    expect(colored).not.toBe(print(mixedRun()));
  });
});

describe('text from a server', () => {
  it.each([0, 1, 2, 3])('never reaches the terminal as a control sequence (verbosity %d)', (verbosity) => {
    expect(print(hostileRun(), { verbosity })).not.toMatch(
      /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/,
    );
  });

  it('cannot flood the terminal', () => {
    expect(print(hostileRun()).length).toBeLessThan(25_000);
  });
});

describe('on a terminal', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('ends with the same screen as plain output, the cursor shown', () => {
    const screen = createScreen(80);
    print(mixedRun(), { interactive: true, write: screen.write });
    expect(screen.text()).toBe(print(mixedRun()).trimEnd());
    expect(screen.cursorShown()).toBe(true);
  });

  it('shows what is running and how far the run is, and redraws in place', () => {
    const screen = createScreen(60);
    let now = 0;
    const reporter = createTerminalReporter(
      { write: screen.write, color: false, interactive: true, columns: 60, verbosity: 0, cwd: '/project' },
      () => now,
    );
    const send = (event: RunEvent) => reporter.onEvent?.(event);
    send({ type: 'run-start', startedAt: '', suites: 1, tests: 8, harnessVersion: '0.1.0' });
    for (const test of ['a', 'b', 'c', 'd', 'e', 'f-日本語'.repeat(20)]) {
      send({ type: 'test-start', id: `s/${test}`, suite: 's', test });
    }
    send({ type: 'test-end', result: buildTest('s', 'a', 'failed') });
    now = 1500;
    vi.advanceTimersByTime(1500);
    const lines = screen.text().split('\n');
    expect(lines[0]).toBe('MCP Test Harness 0.1.0  8 tests in 1 suite');
    expect(lines.slice(3).map((line) => line.replace(/^\S /, ''))).toEqual([
      '1/8 tests, 1 failed, 1.5 s',
      '  s/b  1.5 s',
      '  s/c  1.5 s',
      '  s/d  1.5 s',
      '  s/e  1.5 s',
      '  and 1 more',
    ]);
    expect(screen.cursorShown()).toBe(false);
    reporter.close?.();
    expect(screen.text()).toBe('MCP Test Harness 0.1.0  8 tests in 1 suite');
    expect(screen.cursorShown()).toBe(true);
  });

  it('tells a server that is starting from a test that hangs', () => {
    const screen = createScreen(60);
    let now = 0;
    const reporter = createTerminalReporter(
      { write: screen.write, color: false, interactive: true, columns: 60, verbosity: 0, cwd: '/project' },
      () => now,
    );
    const send = (event: RunEvent) => {
      reporter.onEvent?.(event);
      now += 100;
      vi.advanceTimersByTime(100);
    };
    send({ type: 'run-start', startedAt: '', suites: 2, tests: 2, harnessVersion: '0.1.0' });
    send({ type: 'server-start', server: 'slow', target: 'npx slow' });
    send({ type: 'server-start', server: 'gone', target: 'node gone.js' });
    send({ type: 'test-start', id: 's/a', suite: 's', test: 'a' });
    const running = () => screen.text().split('\n').slice(4);
    expect(running()).toEqual([
      '  starting server slow  300 ms',
      '  starting server gone  200 ms',
      '  s/a  100 ms',
    ]);
    send({
      type: 'server-ready',
      server: 'slow',
      protocolVersion: '2025-11-25',
      serverName: 'slow',
      startupMs: 300,
    });
    const startError = { code: 'TARGET_EXITED', kind: 'crash', message: 'exited' } as const;
    send({ type: 'server-end', result: buildServer({ name: 'gone', startError }) });
    expect(running()).toEqual(['  s/a  300 ms']);
    reporter.close?.();
  });

  it('draws at most 13 times a second while nothing ends', () => {
    let writes = 0;
    const reporter = createTerminalReporter({
      write: () => (writes += 1),
      color: false,
      interactive: true,
      columns: 80,
      verbosity: 0,
      cwd: '/',
    });
    reporter.onEvent?.({ type: 'run-start', startedAt: '', suites: 1, tests: 5000, harnessVersion: '0.1.0' });
    const before = writes;
    for (let index = 0; index < 5000; index += 1) {
      reporter.onEvent?.({ type: 'test-end', result: buildTest('s', `t${index}`) });
    }
    vi.advanceTimersByTime(1000);
    expect(writes - before).toBeLessThanOrEqual(13);
    reporter.close?.();
  });

  it('stops its timers on close, so that nothing is drawn after the run', () => {
    for (const interactive of [true, false]) {
      const reporter = createTerminalReporter({
        write: () => {},
        color: false,
        interactive,
        columns: 80,
        verbosity: 0,
        cwd: '/',
      });
      reporter.onEvent?.({ type: 'run-start', startedAt: '', suites: 1, tests: 1, harnessVersion: '0.1.0' });
      expect(vi.getTimerCount()).toBe(1);
      reporter.close?.();
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  it('shows that a silent run is alive where nothing can be redrawn', () => {
    let output = '';
    let now = 0;
    const reporter = createTerminalReporter(
      {
        write: (text) => (output += text),
        color: false,
        interactive: false,
        columns: 80,
        verbosity: 0,
        cwd: '/',
      },
      () => now,
    );
    reporter.onEvent?.({ type: 'run-start', startedAt: '', suites: 1, tests: 2, harnessVersion: '0.1.0' });
    now = 30_000;
    vi.advanceTimersByTime(30_000);
    expect(output).toContain('… 0/2 tests, 30 s\n');
    reporter.close?.();
  });
});
