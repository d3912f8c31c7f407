/** How a requirement stands, by what was seen and what the server is. */
import { isJsonObject } from '../json.ts';
import type { Finding } from '../protocol/types.ts';
import type { Check, ComplianceResult, Status, Verdict } from './types.ts';

export function isBroken(status: Status): boolean {
  return status === 'failed' || status === 'warning';
}

export function statusOf({ level }: Check, { status }: Verdict): Status {
  return status === 'failed' && level !== 'MUST' ? 'warning' : status;
}

/** What the server lacks of that which the requirement speaks of; undefined when nothing. */
export function unmetNeed(
  { needs }: Check,
  transport: 'stdio' | 'http',
  capabilities: ComplianceResult['server']['info'],
): string | undefined {
  if (needs?.transport !== undefined && needs.transport !== transport) {
    return `it is about ${needs.transport}, and the server was reached over ${transport}`;
  }
  const missing = needs?.capabilities?.find((path) => {
    let value: unknown = capabilities;
    for (const key of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[key];
    return value === undefined || value === false;
  });
  if (missing !== undefined) return `the server does not declare ${missing}`;
  const { extensions } = capabilities;
  const isUnmet =
    needs?.extension !== undefined && !(isJsonObject(extensions) && needs.extension in extensions);
  return isUnmet ? `the server does not declare the extension ${needs.extension}` : undefined;
}

/** `schema.*` stands for all rules that begin so. */
export function matches({ rule }: Finding, rules: readonly string[]): boolean {
  return rules.some((wanted) =>
    wanted.endsWith('*') ? rule.startsWith(wanted.slice(0, -1)) : rule === wanted,
  );
}
