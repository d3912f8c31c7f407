import { describe, expect, it } from 'vitest';
import { greenRun, hostileRun, mixedRun } from '../testing/example-runs.ts';
import { buildFailure, buildRun, buildSuite, buildTest } from '../testing/results.ts';
import { renderSarif } from './render-sarif.ts';
import type { SarifResult, SarifRule } from './types.ts';

interface Sarif {
  readonly version: string;
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly SarifRule[] } };
      readonly invocations: readonly [{ readonly exitCode: number; readonly executionSuccessful: boolean }];
      readonly results: readonly (SarifResult & { readonly ruleIndex: number })[];
    },
  ];
}

const render = (run: Parameters<typeof renderSarif>[0]): Sarif =>
  JSON.parse(renderSarif(run, '/project')) as Sarif;

const requirement = {
  id: 'ping.empty-answer',
  level: 'MUST',
  title: 'ping is answered with an empty result',
  remedy: 'Answer ping with {}.',
  url: 'https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/ping',
} as const;

describe('renderSarif', () => {
  it.each([
    ['mixed', mixedRun()],
    ['hostile', hostileRun()],
    ['green', greenRun()],
    ['empty', buildRun([])],
  ])('has the shape that readers rely on: %s', (_, run) => {
    const { version, runs } = render(run);
    expect([version, runs.length]).toEqual(['2.1.0', 1]);
    const [{ tool, results, invocations }] = runs;
    const { rules } = tool.driver;
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    expect(invocations[0].exitCode).toBe(run.exitCode);
    for (const result of results) {
      expect(rules[result.ruleIndex]?.id).toBe(result.ruleId);
      expect(result.message.text.length).toBeGreaterThan(0);
      expect(['error', 'warning', 'note']).toContain(result.level);
      expect(result.locations[0]?.logicalLocations[0]?.fullyQualifiedName).toBeTypeOf('string');
    }
  });

  it('says nothing of what is green', () => {
    expect(render(greenRun()).runs[0].results).toEqual([]);
  });

  it('points at the line of the YAML, relative to the working directory', () => {
    const run = buildRun([buildSuite('s', [buildTest('s', 'a', 'failed', { failures: [buildFailure()] })])]);
    expect(render(run).runs[0].results[0]).toMatchObject({
      ruleId: 'equals',
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'mcp-test-harness.yaml' },
            region: { startLine: 14, startColumn: 19 },
          },
        },
      ],
    });
  });

  it('names a test without a verdict by the code of its error, and a violation by its rule', () => {
    const ids = render(mixedRun()).runs[0].results.map(({ ruleId }) => ruleId);
    expect(ids).toContain('PROTOCOL_TIMEOUT');
    for (const { rule } of mixedRun().findings) expect(ids).toContain(rule);
  });

  it('makes a rule of a requirement, with its link and remedy', () => {
    const failure = buildFailure({
      type: 'MUST',
      message: 'the result of ping is not empty',
      location: undefined,
    });
    const test = buildTest('ping', requirement.id, 'failed', { requirement, failures: [failure] });
    const [{ tool, results }] = render(buildRun([buildSuite('ping', [test])])).runs;
    expect(tool.driver.rules).toEqual([
      {
        id: requirement.id,
        shortDescription: { text: requirement.title },
        helpUri: requirement.url,
        help: { text: `MUST: ${requirement.title}. ${requirement.remedy}` },
        defaultConfiguration: { level: 'error' },
        properties: { tags: ['MUST'] },
      },
    ]);
    expect(results[0]?.message.text).toMatch(/^the result of ping is not empty\n> /);
  });

  it('suppresses what is expected to fail, with the reason', () => {
    const test = buildTest('ping', requirement.id, 'skipped', {
      requirement,
      skipCause: 'expected-failure',
      skipReason: 'broken as expected (soon): x',
    });
    const [result] = render(buildRun([buildSuite('ping', [test])])).runs[0].results;
    expect(result?.suppressions).toEqual([
      { kind: 'external', status: 'accepted', justification: 'broken as expected (soon): x' },
    ]);
  });
});
