import type { RunResult } from '@mcp-test-harness/core';
import { cleanLine, cleanText } from '../text/clean-text.ts';
import { cutText } from '../text/cut.ts';
import type { SarifEntry } from './types.ts';

const longestSample = 2000;

/** What the conversation itself broke. A compliance run says so by its requirements already. */
export function findingEntries({ findings, protocolChecks, suites }: RunResult): readonly SarifEntry[] {
  const byRequirements = suites.some(({ tests }) =>
    tests.some(({ requirement }) => requirement !== undefined),
  );
  if (byRequirements || protocolChecks === 'off') return [];
  return findings.map(({ rule, severity, message, spec, count, sample, server = 'server' }) => {
    const level = severity === 'error' && protocolChecks === 'error' ? 'error' : 'warning';
    const times = count > 1 ? ` (${count} times)` : '';
    const first = sample === undefined ? '' : `\n${cutText(cleanText(sample), longestSample)}`;
    return {
      rule: {
        id: rule,
        shortDescription: { text: `The server keeps the protocol: ${rule}` },
        ...(spec !== undefined && { helpUri: spec }),
        defaultConfiguration: { level },
        properties: { tags: ['protocol'] },
      },
      result: {
        ruleId: rule,
        level,
        message: { text: `${cleanLine(message)}${times}${first}` },
        locations: [{ logicalLocations: [{ name: server, fullyQualifiedName: server, kind: 'server' }] }],
        partialFingerprints: { 'ruleAndServer/v1': `${rule}|${server}` },
      },
    };
  });
}
