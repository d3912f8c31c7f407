/** packages/vitest, as its users have it: projects of their own, run by Vitest 4 and by Vitest 5. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCodeBlocks } from './support/markdown-blocks.ts';
import { findMarkedAfter } from './support/processes.ts';
import {
  VitestProject,
  vitestVersions,
  type VitestRun,
  type VitestVersion,
} from './support/vitest-project.ts';

const canary = 'hunter2-canary';

describe.each(vitestVersions.map((version) => [`${version.major}${version.missing}`, version] as const))(
  'in Vitest %s',
  (_, version) => {
    describe.skipIf(version.missing !== '')('a project', () => {
      const project = useProject(version, 'vitest', { SECRET_KEY: canary });
      let run: VitestRun;
      beforeAll(async () => {
        run = await project().run();
      }, 180_000);

      const testsOf = (...titles: readonly string[]) =>
        run.tests.filter(({ fullName }) => titles.some((title) => fullName.startsWith(title)));
      const outcomes = (...titles: readonly string[]) =>
        Object.fromEntries(testsOf(...titles).map(({ title, status }) => [title, status]));
      const messageOf = (fullName: string): string =>
        run.tests.find((test) => test.fullName === fullName)?.failureMessages[0] ?? '(no such failure)';

      it('fails as a whole, since tests of it do, and has no error of its own', () => {
        expect(run.exitCode).toBe(1);
        expect(run.success).toBe(false);
        expect(run.output).not.toContain('Unhandled');
      });

      it('calls, lists, reads and measures through one connection for a file', () => {
        const passed = testsOf('one connection for the whole file');
        expect(passed).toHaveLength(8);
        for (const { status, failureMessages } of passed) expect(status, failureMessages[0]).toBe('passed');
      });

      it.each([
        ['text', 'expected text to equal "Echo: hello", got "Echo: Hello" (it differs only in case)'],
        ['text, not', 'expected text not to equal "Echo: hello", got "Echo: hello"'],
        ['text by an expression', 'expected text to match /^hello/, got "Echo: hello"'],
        ['text by validations', 'expected text to contain "bye", got "Echo: hello"'],
        [
          'text of a tool error',
          'expected success, but the tool reported an error (isError: true): "MCP error',
        ],
        [
          'text of a tool error, not',
          'expected success, but the tool reported an error (isError: true): "MCP error',
        ],
        [
          'text of a protocol error',
          'expected success, but the server answered with the JSON-RPC error -32601: "Method not found"',
        ],
        ['tool error', 'expected a tool error, but the answer is a success: "Echo: hello"'],
        ['tool error, not', 'expected success, but the tool reported an error (isError: true): "MCP error'],
        ['structured', 'structuredContent is not what was expected, got { temperature: 36, conditions:'],
        [
          'schema',
          'expected structuredContent to be valid under the outputSchema of tool "weather"\n  structuredContent/temperature must be string, but is number',
        ],
        [
          'schema that is not there',
          'tool "echo" declares no outputSchema, so that there is nothing to hold its answer to.',
        ],
        ['time', 'expected every answer within 0.0001 ms, the request took '],
        ['time, not', 'expected an answer to take longer than 60000 ms, but it took '],
        [
          'percentile of too few',
          'toRespondWithin: p95 needs 60 calls to be told from the slowest few, not 10',
        ],
        ['findings, not', 'expected protocol findings, but there are none'],
        [
          'what is no answer',
          'toReturnText looks at the answer of a server, not at a function. Pass the promise that it returns: await expect(call()).toReturnText(...).',
        ],
        ['soft', 'expected text to equal "Echo: b", got "Echo: a"'],
      ])('a matcher that fails says what came: %s', (title, message) => {
        const failure = messageOf(title);
        expect(failure).toContain(`Error: ${message}`);
        expect(failure).toContain(join(project().folder, 'failing.spec.ts'));
      });

      it('shows the difference of texts and values', () => {
        expect(run.output).toContain('Expected: "Echo: hello"\nReceived: "Echo: Hello"');
        expect(run.output).toContain('-   "humidity": 1,\n+   "humidity": 82,');
      });

      it('fails the test in which the server first breaks a rule, and that one only', () => {
        expect(outcomes('a rule that is broken', 'a rule that is let pass')).toEqual({
          'not before the call': 'passed',
          'in the call': 'failed',
          'once, not after the call': 'passed',
          'fails each connection of its own': 'failed',
          'is there to look at': 'passed',
        });
        expect(messageOf('a rule that is broken fails the test in the call')).toContain(
          'the server broke a rule of the protocol:\n  error jsonrpc.id-type: the id of the answer is a string ("2") instead of the integer 2\n    https://modelcontextprotocol.io/specification/2025-11-25/',
        );
        expect(messageOf('a rule that is broken at the start fails each connection of its own')).toContain(
          'error stdio.noise',
        );
      });

      it('ends servers when a test throws or runs out of time', () => {
        expect(outcomes('a connection for each test', 'one connection is left')).toEqual({
          'ends when the test throws': 'failed',
          'ends when the test runs out of time': 'failed',
          'that a test opens itself ends too': 'failed',
          'has gone by now': 'passed',
          'one connection is left to the end of the file': 'passed',
        });
      });

      it('tells why a server did not start, and what to do', () => {
        expect(messageOf('a server that does not start is the error of the test')).toMatch(
          /server "no-such-server" could not be started: command "no-such-server" was not found on PATH \[TARGET_NOT_STARTED\]\nInstall no-such-server/,
        );
      });

      it('turns each test of a suite into one test, with the outcome that the command line would give', () => {
        expect(outcomes('suite.yaml')).toEqual({
          echoes: 'passed',
          'says something else': 'failed',
          'each [word=one]': 'passed',
          'each [word=two]': 'passed',
          disabled: 'skipped',
          'depends on one that fails': 'skipped',
          'takes too long': 'failed',
          a: 'passed',
          b: 'passed',
          'the servers keep to the protocol': 'passed',
        });
        expect(run.output).toContain('[depends on tools/says something else, which failed]');
      });

      it('tells a failed expectation in the words of the command line, with the way to its line', () => {
        const suite = join(project().folder, 'suite.yaml');
        const failure = messageOf('suite.yaml tools says something else').split('\n');
        expect(failure).toEqual([
          'AssertionError: expected text to contain "hello", got "Echo: key ***"',
          'expected json to exist, but the answer has no structuredContent and its text is not JSON: "Echo: key ***"',
          '',
          expect.stringMatching(
            /^request: \{"jsonrpc":"2.0","id":\d+,"method":"tools\/call","params":\{"name":"echo",/,
          ),
          expect.stringMatching(/^response after [\d.]+ ms: \{"result":\{"content":/),
          '',
          'stderr of the server:',
          expect.stringMatching(/^│ /),
          '',
          expect.stringMatching(/^reproduce: mcp-test-harness call --config suite.yaml --tool echo --args /),
          `    at expected.text.contains (${suite}:17:19)`,
          `    at expected.json.exists (${suite}:18:19)`,
          `    at says something else (${suite}:13:9)`,
        ]);
        expect(run.output).toContain('❯ expected.text.contains suite.yaml:17:19');
        expect(messageOf('suite.yaml tools takes too long')).toContain(
          'TestError: the test used up its 0.5 s: tools/call was not answered within 500 ms',
        );
      });

      it('hides secrets', () => {
        expect(run.output).not.toContain(canary);
        expect(readFileSync(join(project().folder, 'report.json'), 'utf8')).not.toContain(canary);
      });

      it('judges a suite by the protocol and by its coverage too', () => {
        expect(outcomes('suite-rude.yaml')).toEqual({
          answers: 'passed',
          'is not called by this file': 'skipped',
          'the servers keep to the protocol': 'failed',
          'tests use 100 % of what the servers offer': 'passed',
        });
        expect(messageOf('suite-rude.yaml the servers keep to the protocol')).toContain(
          'the servers broke a rule of the protocol:\n  error stdio.noise',
        );
      });

      it('runs a suite under every revision that the server speaks, as one test each', () => {
        expect(outcomes('suite-all.yaml')).toEqual({
          echoes: 'passed',
          'says its revision': 'failed',
          'the servers keep to the protocol': 'passed',
        });
        expect(messageOf('suite-all.yaml every revision says its revision')).toContain(
          'AssertionError: every revision [protocol=2024-11-05]/says its revision:\nexpected text to ',
        );
      });

      it('refuses a configuration with the fault and its place', () => {
        expect(run.fileMessages).toContainEqual(
          expect.stringContaining('suite-broken.yaml:7:9  CONFIG_UNKNOWN_KEY'),
        );
        expect(run.output).toContain('Did you mean tool_name?');
        expect(run.output).toContain('❯ CONFIG_UNKNOWN_KEY suite-broken.yaml:7:9');
      });
    });

    describe.skipIf(version.missing !== '')('the programs of docs/vitest.md and of the README', () => {
      const project = useProject(version, 'vitest-docs');
      const programs = readCodeBlocks().filter(
        ({ page, language }) => language === 'ts' && /vitest/.test(page),
      );

      it('pass, and have their types', async () => {
        for (const [index, { text }] of programs.entries()) project().write(`page-${index}.test.ts`, text);
        const run = await project().run();
        expect(run.exitCode, run.output).toBe(0);
        expect(run.tests.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 'passed'));
        const files = programs.map((_program, index) => `page-${index}.test.ts`);
        expect(files).toHaveLength(4);
        expect(await project().checkTypes(files)).toBe('');
      }, 180_000);
    });

    describe.skipIf(version.missing !== '')('a part of a project', () => {
      const project = useProject(version, 'vitest', { SECRET_KEY: canary });

      it('runs what -t leaves of a suite, with what that depends on, and judges the protocol all the same', async () => {
        const run = await project().run(['suite-rude', '-t', 'answers']);
        const ran = run.tests.filter(({ status }) => status === 'passed' || status === 'failed');
        expect(ran.map(({ title, status }) => [title, status])).toEqual([['answers', 'passed']]);
        expect(run.output).toContain('the servers broke a rule of the protocol:');
        expect(run.exitCode).toBe(1);
      }, 120_000);
    });

    describe.skipIf(version.missing !== '')('snapshots of a suite', () => {
      const project = useProject(version, 'vitest-docs');
      const stored = () => join(project().folder, '__snapshots__/snapshots.yaml');

      it('are written by -u, but not in CI, and compared from then on', async () => {
        const test = {
          id: 'echoes',
          tool_name: 'echo',
          input_params: { message: 'a' },
          expected: { snapshot: true },
        };
        project().write('snapshots.yaml', {
          server: { command: 'mcp-server-everything', args: ['stdio'] },
          test_suites: [{ name: 'snapshots', test_cases: [test] }],
        });
        project().write(
          'snapshots.test.ts',
          `import { describeSuite } from '@mcp-test-harness/vitest';\ndescribeSuite('snapshots.yaml');`,
        );
        const refused = await project().run(['-u'], { CI: '1' });
        expect([refused.exitCode, existsSync(stored())]).toEqual([1, false]);
        const written = await project().run(['-u']);
        expect(written.exitCode, written.output).toBe(0);
        expect(readFileSync(stored(), 'utf8')).toContain('Echo: a');
        expect((await project().run()).exitCode).toBe(0);
      }, 120_000);
    });

    describe.skipIf(version.missing !== '' || process.platform !== 'linux')('a run that is cut off', () => {
      it.each([
        ['SIGINT', 'hanging'],
        ['SIGTERM', 'suite'],
        ['SIGKILL', 'hanging'],
      ] as const)(
        'by %s leaves no server behind (%s)',
        async (signal, file) => {
          const mark = `cut-off-${version.major}-${signal}-${process.pid}`;
          const project = new VitestProject(version, 'vitest-hanging', { MARK: mark });
          try {
            const { pid, ended } = project.start([file]);
            while (!existsSync(join(project.folder, 'started'))) await sleep(50);
            process.kill(pid, signal);
            await ended;
            expect(await findMarkedAfter(mark, 20_000)).toEqual([]);
          } finally {
            project.remove();
          }
        },
        120_000,
      );
    });
  },
);

/** A project for the tests of a `describe`. */
function useProject(
  version: VitestVersion,
  fixture: string,
  env: Readonly<Record<string, string>> = {},
): () => VitestProject {
  let project: VitestProject | undefined;
  beforeAll(() => {
    project = new VitestProject(version, fixture, env);
  });
  afterAll(() => project?.remove());
  return () => {
    if (project === undefined) throw new Error('used before beforeAll');
    return project;
  };
}
