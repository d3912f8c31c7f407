import type { ConfigNode, MapNode } from '../config/node.ts';
import { Problems } from '../config/problems.ts';
import { locationOf, readSource, type ConfigSource } from '../config/source.ts';
import { nearestName } from '../nearest.ts';
import { checks } from './registry.ts';
import type { ExpectedFailure, ExpectedFailureProblem, RequirementResult } from './types.ts';

/**
 * Reads a file of expected failures.
 * @throws HarnessErrorList with every fault, each with its line and column
 */
export async function readExpectedFailures(file: string): Promise<readonly ExpectedFailure[]> {
  return await parseExpectedFailures(await readSource(file));
}

/**
 * The entries of a YAML list of `{id, reason, expires?}`. A file without any is fine: there is nothing to excuse.
 * @throws HarnessErrorList
 */
export async function parseExpectedFailures(source: ConfigSource): Promise<readonly ExpectedFailure[]> {
  const { parseYaml } = await import('../config/parse-yaml.ts');
  const problems = new Problems();
  const root = parseYaml(source, problems);
  problems.throwIfAny();
  if (root === undefined) return [];
  if (root.kind !== 'list') {
    problems.add('CONFIG_INVALID', root, 'the expected failures must be a list', {
      hint: 'Write one entry a requirement: - { id: tools.x, reason: "..." }',
    });
    problems.throwIfAny();
    return [];
  }
  const entries = root.items.flatMap((item) => readEntry(item, problems) ?? []);
  refuseRepeated(entries, root.items, problems);
  problems.throwIfAny();
  return entries;
}

/** Its last day is today or later. */
export function stillExpected({ expires }: ExpectedFailure, today: string): boolean {
  return expires === undefined || expires >= today;
}

/**
 * What is wrong with an entry, now that the server has been judged. One whose requirement does not apply or cannot be
 * tested is not stale, and one that was not looked at is left alone: the same file may serve several servers and revisions.
 */
export function problemOf(
  entry: ExpectedFailure,
  result: Pick<RequirementResult, 'status'> | undefined,
  today: string,
): ExpectedFailureProblem | undefined {
  const { id, expires, location } = entry;
  if (result === undefined) return undefined;
  if (result.status === 'passed') {
    return {
      kind: 'stale',
      id,
      location,
      message: `${id} is expected to fail, but is kept: remove the entry`,
    };
  }
  if (stillExpected(entry, today)) return undefined;
  return {
    kind: 'expired',
    id,
    location,
    message: `the expected failure of ${id} expired on ${expires}: mend it, or give it a new date and a reason`,
  };
}

const keys = ['id', 'reason', 'expires'] as const;

function readEntry(item: ConfigNode, problems: Problems): ExpectedFailure | undefined {
  if (item.kind !== 'map') {
    problems.add('CONFIG_INVALID', item, 'an entry must be a mapping with id and reason', {
      hint: 'For example - { id: tools.x, reason: "fixed in 2.0" }',
    });
    return undefined;
  }
  for (const [key, entry] of item.entries) {
    if (keys.some((known) => known === key)) continue;
    const near = nearestName(key, keys);
    problems.add('CONFIG_UNKNOWN_KEY', entry.key, `${key} is not a key of an expected failure`, {
      hint: near === undefined ? `It has ${keys.join(', ')}.` : `Did you mean ${near}?`,
    });
  }
  const id = readText(item, 'id', problems);
  const reason = readText(item, 'reason', problems);
  const expires = item.entries.has('expires') ? readText(item, 'expires', problems) : undefined;
  if (id !== undefined) checkId(item, id, problems);
  if (expires !== undefined) checkDate(item, expires, problems);
  if (id === undefined || reason === undefined) return undefined;
  return { id, reason, expires, location: locationOf(item) };
}

function readText(item: MapNode, key: (typeof keys)[number], problems: Problems): string | undefined {
  const entry = item.entries.get(key);
  if (entry === undefined) {
    const id = item.entries.get('id')?.value;
    const name = id?.kind === 'scalar' && typeof id.value === 'string' ? ` of ${id.value}` : '';
    problems.add('CONFIG_INVALID', item, `the expected failure${name} has no ${key}`, {
      hint: key === 'reason' ? 'Say why it is known and left, for those who find it next year.' : undefined,
    });
    return undefined;
  }
  const { value } = entry;
  if (value.kind === 'scalar' && typeof value.value === 'string' && value.value.trim() !== '')
    return value.value;
  problems.add('CONFIG_INVALID', value, `${key} must be a text`);
  return undefined;
}

function checkId(item: MapNode, id: string, problems: Problems): void {
  const known = checks.map((check) => check.id);
  if (known.includes(id)) return;
  const near = nearestName(id, known);
  problems.add('CONFIG_UNKNOWN_REFERENCE', valueOf(item, 'id'), `there is no requirement ${id}`, {
    hint: `${near === undefined ? '' : `Did you mean ${near}? `}See them with mcp-test-harness compliance --list.`,
  });
}

function checkDate(item: MapNode, text: string, problems: Problems): void {
  const date = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  if (date !== undefined && !Number.isNaN(date.valueOf()) && date.toISOString().startsWith(text)) return;
  problems.add('CONFIG_INVALID', valueOf(item, 'expires'), `expires must be a date, not ${text}`, {
    hint: 'Write the last day on which it is expected, for example 2027-01-31.',
  });
}

function refuseRepeated(
  entries: readonly ExpectedFailure[],
  items: readonly ConfigNode[],
  problems: Problems,
): void {
  for (const [index, { id, location }] of entries.entries()) {
    const first = entries.findIndex((other) => other.id === id);
    const { line } = entries[first]?.location ?? location;
    const item = items.find((node) => locationOf(node).line === location.line);
    if (first === index || item?.kind !== 'map') continue;
    problems.add('CONFIG_INVALID', valueOf(item, 'id'), `${id} is expected to fail a second time`, {
      hint: `It stands first in line ${line}: remove one of them.`,
    });
  }
}

function valueOf(item: MapNode, key: string): ConfigNode {
  return item.entries.get(key)?.value ?? item;
}
