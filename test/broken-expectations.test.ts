import type { RunResult } from '@mcp-test-harness/core';
import { cpSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { readReport, runCli, runShell, type CliRun } from './support/run-cli.ts';

const root = resolve(import.meta.dirname, '..');
const example = join(root, 'examples/everything');

/** One line of the example that is made wrong, and what must be told of it. */
interface Change {
  readonly test: string;
  readonly line: string;
  readonly becomes: string;
  /** What the reported column points to in the line. */
  readonly pointsTo: string;
  readonly expected: string;
  readonly actual: string;
}

/** All in suites that no other depends on, so that nothing is skipped. */
const changes: readonly Change[] = [
  {
    test: 'tools/echo-returns-the-message',
    line: `        expected: { text: 'Echo: hello' }`,
    becomes: `        expected: { text: 'Echo: goodbye' }`,
    pointsTo: 'text',
    expected: '"Echo: goodbye"',
    actual: '"Echo: hello"',
  },
  {
    test: 'resources/a-document-can-be-read',
    line: `                - { key: 'result.contents[0].mimeType', validation: { type: equals, value: text/markdown } }`,
    becomes: `                - { key: 'result.contents[0].mimeType', validation: { type: equals, value: text/html } }`,
    pointsTo: '{',
    expected: '"text/html"',
    actual: '"text/markdown"',
  },
  {
    test: 'prompts-and-completion/a-missing-argument-is-invalid-params',
    line: `        expected_error_code: -32602`,
    becomes: `        expected_error_code: -32603`,
    pointsTo: 'expected_error_code',
    expected: '-32603',
    actual: '-32602',
  },
];

const folderWith = temporaryFolders();
let cwd = '';
let yaml = '';
let run: CliRun;
let result: RunResult | undefined;

beforeAll(async () => {
  yaml = changes.reduce(
    (text, { line, becomes }) => replaceOnce(text, `${line}\n`, `${becomes}\n`),
    readFileSync(join(example, 'mcp-test-harness.yaml'), 'utf8'),
  );
  yaml = replaceOnce(yaml, '[../../node_modules/.bin]', `['${root}/node_modules/.bin']`);
  cwd = folderWith({ 'suite.yaml': yaml });
  cpSync(join(example, '__snapshots__'), join(cwd, '__snapshots__'), { recursive: true });
  // The server waits for an answer after its stdin was closed; how it ends does not matter here.
  const soon = ['--set', 'server.shutdown_timeout_seconds=2'];
  run = await runCli(['test', '--config', 'suite.yaml', '--report', 'json:run.json', ...soon], { cwd });
  result = readReport(join(cwd, 'run.json'));
});

function replaceOnce(text: string, part: string, by: string): string {
  expect(text.split(part), `${part} stands once in the example`).toHaveLength(2);
  return text.replace(part, () => by);
}

/** What the terminal tells of a test that failed, from its heading to the next. */
function blockOf(test: string): string {
  const [, block = ''] = run.stdout.split(`✗ ${test}  failed after `);
  return block.split(/^✗ |^FAILED /m)[0] ?? '';
}

describe('the example with three wrong expectations', () => {
  it('fails in exactly these three tests; everything else passes', () => {
    expect(run.exitCode).toBe(1);
    const tests = result?.suites.flatMap((suite) => suite.tests) ?? [];
    const notPassed = tests.filter(({ outcome }) => outcome !== 'passed');
    expect(Object.fromEntries(notPassed.map(({ id, outcome }) => [id, outcome]))).toEqual(
      Object.fromEntries(changes.map(({ test }) => [test, 'failed'])),
    );
    expect(tests.length).toBeGreaterThanOrEqual(25);
  });

  describe.concurrent.each(changes)('$test', ({ test, becomes, pointsTo, expected, actual }) => {
    it('names the place in the YAML, what was expected and what came', () => {
      const line = yaml.split('\n').indexOf(becomes) + 1;
      const column = becomes.indexOf(pointsTo) + 1;
      const block = blockOf(test);
      expect(block).toMatch(new RegExp(`^ {2}suite\\.yaml:${line}:${column} {2}`, 'm'));
      const [said = ''] = block.replaceAll(/ *\n +/g, ' ').split('\n');
      expect(said).toContain(expected);
      expect(said).toContain(actual);
    });

    it('prints one line that sends the request again and gets the same', async () => {
      const lines = blockOf(test).match(/^ {2}mcp-test-harness call .*$/gm) ?? [];
      expect(lines).toHaveLength(1);
      const [line = ''] = lines;
      const [again, withFrames] = await Promise.all([
        runShell(line, { cwd }),
        runShell(`${line} -v`, { cwd }),
      ]);
      expect(again.stdout).toContain(actual);
      expect(again.stdout).not.toContain(expected);
      // It is the same request, by what it says on the wire, ids aside.
      const failing = result?.suites
        .flatMap((suite) => suite.tests)
        .find(({ id }) => id === test)
        ?.exchanges.at(-1);
      const frames = withFrames.stderr.matchAll(/^→ .*?(\{.*\})$/gm);
      const sent = [...frames].map(([, frame = '']) => withoutIds(frame));
      expect(sent).toContainEqual(withoutIds(failing?.request ?? '{}'));
    });
  });
});

function withoutIds(request: string): unknown {
  const { id: _id, ...rest } = JSON.parse(request) as { id?: unknown; params?: object };
  return rest.params === undefined ? rest : { ...rest, params: { ...rest.params, _meta: undefined } };
}
