/** The JUnit report against the schema that its readers share, and what a reader sees in it. */
import { createReporter } from '@mcp-test-harness/report';
import type { RunResult } from '@mcp-test-harness/core';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { greenRun, hostileRun, mixedRun } from '../packages/report/src/testing/example-runs.ts';
import { buildRun, buildSuite, buildTest } from '../packages/report/src/testing/results.ts';

const schema = await readFile(join(import.meta.dirname, 'fixtures/junit/junit.xsd'), 'utf8');

async function render(result: RunResult): Promise<string> {
  const context = {
    write: () => {},
    color: false,
    interactive: false,
    columns: 80,
    verbosity: 0,
    cwd: '/project',
  };
  const { render: toText } = await createReporter('junit', context);
  return [...(toText?.(result) ?? [])].join('');
}

async function validate(contents: string): Promise<readonly string[]> {
  const { errors } = await validateXML({ xml: [{ fileName: 'junit.xml', contents }], schema: [schema] });
  return errors.map(({ message }) => message);
}

describe('the JUnit report', () => {
  it.each([
    ['with every outcome', mixedRun()],
    ['of a hostile server', hostileRun()],
    ['that is green', greenRun()],
    ['without tests', buildRun([])],
  ])('of a run %s validates', async (_, result) => {
    expect(await validate(await render(result))).toEqual([]);
  });

  it('is held to a schema that can refuse: a failure without its test case does not validate', async () => {
    expect(await validate('<testsuites><failure message="x"/></testsuites>')).not.toEqual([]);
    expect(await validate((await render(mixedRun())).replace('line="12"', 'line="twelve"'))).not.toEqual([]);
  });

  it('tells failures, errors, skips and flaky passes apart, with file and line', async () => {
    const cases = [...(await render(mixedRun())).matchAll(/<testcase ([^>]*)>([\s\S]*?)<\/testcase>/g)].map(
      ([, attributes = '', body = '']) => [
        /name="([^"]*)"/.exec(attributes)?.[1],
        /<(failure|error|skipped|flakyFailure) [^>]*(?:type="([^"]*)")?/.exec(body)?.[1],
        / type="([^"]*)"/.exec(body)?.[1],
      ],
    );
    expect(cases).toEqual([
      ['echo-returns-the-message', undefined, undefined],
      ['add-adds', 'failure', 'equals'],
      ['structured-weather', 'failure', 'matches'],
      ['slow-tool-answers', 'error', 'PROTOCOL_TIMEOUT'],
      ['uses-the-sum', 'skipped', undefined],
      ['long-operation', 'flakyFailure', 'flaky'],
    ]);
    expect(await render(mixedRun())).toContain(
      '<testcase name="add-adds" classname="core-tools" time="0.004" file="mcp-test-harness.yaml" line="12">',
    );
  });

  it('carries the exchange and the reproduce line as system-out, stderr as system-err, why a test was skipped', async () => {
    const xml = await render(mixedRun());
    expect(xml).toContain('&lt; {"jsonrpc":"2.0","id":7,"result":');
    expect(xml).toContain(
      `mcp-test-harness call --tool add --args '{"a":2,"b":3}' -- node server.js</system-out>`,
    );
    expect(xml).toContain('<system-err>[server] add called with 2 and 3\n</system-err>');
    expect(xml).toContain('<skipped message="depends on core-tools/add, which failed"/>');
  });

  it.each([
    ['violations count as errors', { findings: mixedRun().findings, protocolChecks: 'error' }, 1, 0],
    ['it was interrupted', { complete: false, verdict: 'interrupted', plannedTests: 9 }, 0, 1],
    ['a shard is missing', { complete: false, incompleteReason: 'shard 2 of 2 is missing' }, 0, 1],
  ] as const)('is never green when the run is not: %s', async (_, init, failures, errors) => {
    const tests = [buildTest('s', 'a')];
    const run = buildRun([buildSuite('s', tests)], init);
    expect(run.verdict).not.toBe('passed');
    const xml = await render(run);
    expect(await validate(xml)).toEqual([]);
    expect(xml).toContain(`tests="${1 + failures + errors}" failures="${failures}" errors="${errors}"`);
    expect(xml.match(/<(failure|error) /g)).toHaveLength(failures + errors);
  });

  it('is never green without tests or with a suite whose script failed', async () => {
    for (const run of [
      buildRun([]),
      buildRun([buildSuite('s', [buildTest('s', 'a')], { outcome: 'errored' })]),
    ]) {
      const xml = await render(run);
      expect(await validate(xml)).toEqual([]);
      expect(xml).toMatch(
        /<testcase name="run" classname="mcp-test-harness" time="0.000">\n<error message="/,
      );
    }
  });

  it('counts as the result does', async () => {
    expect(await render(mixedRun())).toContain(
      '<testsuites name="mcp-test-harness" tests="14" failures="2" errors="1" time="5.421">',
    );
  });
});
