/** Runs that show every feature of a report, for tests and for looking at. */
import type { RunResult, TestResult } from '@mcp-test-harness/core';
import { everyHostileText, hostile } from './hostile.ts';
import {
  buildExchange,
  buildFailure,
  buildFinding,
  buildRun,
  buildServer,
  buildSuite,
  buildTest,
} from './results.ts';

/** All four outcomes, a flaky test, warnings, steps, findings, two servers. */
export function mixedRun(): RunResult {
  const tests: readonly TestResult[] = [
    buildTest('core-tools', 'echo-returns-the-message', 'passed', { tags: ['smoke'], durationMs: 2.1 }),
    buildTest('core-tools', 'add-adds', 'failed', { tags: ['smoke', 'math'] }),
    buildTest('core-tools', 'structured-weather', 'failed', {
      durationMs: 41.7,
      requestDurationsMs: [12.4, 28.9],
      failures: [
        buildFailure({
          key: 'json',
          type: 'matches',
          message: 'expected json to match the given object: 2 members differ',
          expected: '{\n  "temperature": 22.5,\n  "conditions": "Partly cloudy",\n  "humidity": 65\n}',
          actual: '{\n  "temperature": 33,\n  "conditions": "Cloudy",\n  "humidity": 65\n}',
          diff: '--- expected\n+++ actual\n@@ -1,5 +1,5 @@\n {\n-  "temperature": 22.5,\n-  "conditions": "Partly cloudy",\n+  "temperature": 33,\n+  "conditions": "Cloudy",\n   "humidity": 65\n }',
          configKey: 'steps[1].expected.json',
          step: 'weather',
          location: { file: '/project/mcp-test-harness.yaml', line: 31, column: 13 },
        }),
      ],
    }),
    buildTest('core-tools', 'slow-tool-answers', 'errored', { tags: ['slow'] }),
    buildTest('core-tools', 'uses-the-sum', 'skipped'),
    buildTest('core-tools', 'long-operation', 'passed', {
      flaky: true,
      attempts: 2,
      durationMs: 734,
      requestDurationsMs: [702],
    }),
  ];
  const resources = Array.from({ length: 8 }, (_, index) =>
    buildTest('resources', `read [uri=test://static/resource/${index + 1}]`, 'passed', {
      durationMs: 1.4 + index * 3.7,
      requestDurationsMs: [0.9 + index * 3.1],
      warnings:
        index === 3
          ? [
              buildFailure({
                severity: 'warning',
                message: 'expected result.contents[0].mimeType to exist',
                key: 'result.contents[0].mimeType',
                type: 'exists',
              }),
            ]
          : [],
      exchanges: [
        buildExchange({
          method: 'resources/read',
          request: `{"jsonrpc":"2.0","id":${index},"method":"resources/read","params":{"uri":"test://static/resource/${index + 1}"}}`,
          response: `{"jsonrpc":"2.0","id":${index},"result":{"contents":[{"uri":"test://static/resource/${index + 1}","text":"Resource ${index + 1}: This is a plaintext resource"}]}}`,
        }),
      ],
    }),
  );
  return buildRun(
    [
      buildSuite('core-tools', tests, { description: 'Tools that every client calls' }),
      buildSuite('resources', resources, { server: 'http' }),
    ],
    {
      findings: [
        buildFinding(),
        buildFinding({
          rule: 'stdout.noise',
          severity: 'warning',
          message: 'stdout carried a line that is no message',
          count: 17,
          sample: 'listening...',
          server: 'http',
        }),
      ],
      servers: [
        buildServer(),
        buildServer({
          name: 'http',
          transport: 'http',
          target: 'http://127.0.0.1:3001/mcp',
          startupMs: 61,
          limits: [
            {
              limit: 'max_open_files',
              value: 256,
              level: 'unenforced',
              note: 'the server was not started by us',
            },
          ],
          shutdown: undefined,
          usage: undefined,
          pid: undefined,
          stderrTail: '',
        }),
      ],
      warnings: ['core-tools/uses-the-sum depends on a test that did not pass'],
    },
  );
}

/** Every text that a server controls is hostile. */
export function hostileRun(): RunResult {
  const failed = buildTest('hostile', hostile.unicode, 'failed', {
    description: hostile.script,
    tags: [hostile.script, '@octocat'],
    failures: [
      buildFailure({
        message: everyHostileText,
        key: hostile.script,
        expected: hostile.markdown,
        actual: everyHostileText,
        diff: `-${hostile.cdata}\n+${hostile.markdown}\n+${hostile.ansi}`,
      }),
    ],
    exchanges: [
      buildExchange({ request: hostile.script, response: everyHostileText }),
      buildExchange({
        response: JSON.stringify({ text: everyHostileText, [hostile.script]: hostile.style }),
      }),
    ],
    stderr: everyHostileText,
    reproduce: `mcp-test-harness call --tool '${hostile.script}'`,
  });
  const errored = buildTest('hostile', hostile.script, 'errored', {
    error: { code: 'TARGET_EXITED', kind: 'crash', message: everyHostileText, hint: hostile.markdown },
  });
  const skipped = buildTest('hostile', 'skipped', 'skipped', { skipReason: everyHostileText });
  return buildRun(
    [
      buildSuite('hostile', [failed, errored, skipped]),
      buildSuite(hostile.script, [buildTest(hostile.script, 'x')]),
    ],
    {
      findings: [
        buildFinding({
          message: everyHostileText,
          sample: everyHostileText,
          rule: hostile.script,
          spec: 'javascript:alert(1)',
        }),
      ],
      servers: [
        buildServer({
          target: everyHostileText,
          serverInfo: { name: hostile.script, version: hostile.ansi },
          stderrTail: everyHostileText,
        }),
      ],
      warnings: [everyHostileText],
    },
  );
}

/** Nothing but passed tests. */
export function greenRun(size = 24): RunResult {
  const perSuite = Math.ceil(size / 3);
  const suites = ['tools', 'resources', 'prompts'].map((name, suite) =>
    buildSuite(
      name,
      Array.from({ length: Math.max(0, Math.min(perSuite, size - suite * perSuite)) }, (_, index) =>
        buildTest(name, `case-${String(index + 1).padStart(2, '0')}-answers-as-documented`, 'passed', {
          tags: index % 3 === 0 ? ['smoke'] : [],
          durationMs: 1.5 + ((index * 37 + suite * 11) % 23),
          requestDurationsMs: [1 + ((index * 37 + suite * 11) % 23)],
        }),
      ),
    ),
  );
  return buildRun(suites, { durationMs: 1240 });
}
