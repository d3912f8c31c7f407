import type { RunResult } from '@mcp-test-harness/core';
import { findingEntries } from './finding-entries.ts';
import { testEntries } from './test-entries.ts';
import type { SarifRule } from './types.ts';

/**
 * SARIF 2.1.0: a result for each expectation that did not hold, each test without a verdict, each violation of the
 * protocol; the rule is the requirement, the validation type, the error's code or the rule of the protocol.
 */
export function renderSarif(result: RunResult, cwd: string): string {
  const entries = [
    ...result.suites.flatMap(({ tests }) => tests.flatMap((test) => testEntries(test, cwd))),
    ...findingEntries(result),
  ];
  const rules = new Map<string, SarifRule>();
  for (const { rule } of entries) if (!rules.has(rule.id)) rules.set(rule.id, rule);
  const ids = [...rules.keys()];
  const sarif = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'mcp-test-harness',
            semanticVersion: result.harness.version,
            informationUri: 'https://github.com/mcp-test-harness/mcp-test-harness',
            rules: [...rules.values()],
          },
        },
        invocations: [
          {
            executionSuccessful: result.complete && result.verdict !== 'errored',
            exitCode: result.exitCode,
            startTimeUtc: result.startedAt,
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: entries.map(({ result: one }) => ({ ...one, ruleIndex: ids.indexOf(one.ruleId) })),
      },
    ],
  };
  return `${JSON.stringify(sarif, undefined, 2)}\n`;
}
