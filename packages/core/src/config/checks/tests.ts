import { entriesOf, formatPath, itemsOf, member, toPlain } from '../node.ts';
import type { MapNode } from '../node.ts';
import type { Problems } from '../problems.ts';
import { positionOf } from '../source.ts';
import type { Span } from '../source.ts';
import { checkAction } from './actions.ts';
import { stepsOf, suitesOf, testsOf } from './walk.ts';
import type { Placed } from './walk.ts';

/** How the keys of a test go together. */
export function checkTests(root: MapNode, problems: Problems): void {
  for (const suite of suitesOf(root)) {
    for (const test of testsOf(suite)) {
      checkAction(test, 'test', problems);
      const steps = stepsOf(test);
      for (const step of steps) checkAction(step, 'step', problems);
      checkInstances(test, problems);
      checkStored(test, steps, problems);
      checkIterations(test, problems);
    }
  }
}

/** Names that `${...}` can hold. */
const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

function checkInstances({ node, path }: Placed, problems: Problems): void {
  const matrix = node.entries.get('matrix');
  const cases = node.entries.get('cases');
  if (matrix !== undefined && cases !== undefined) {
    problems.add(
      'CONFIG_INVALID',
      cases.key,
      `${formatPath([...path, 'cases'])}: matrix and cases are both given`,
      {
        hint: 'matrix makes every combination of its values, cases lists the rows one by one: keep one of them.',
      },
    );
  }
  const rows = itemsOf(cases?.value);
  for (const holder of [matrix?.value, ...rows]) {
    for (const [name, { key }] of entriesOf(holder)) {
      if (namePattern.test(name)) continue;
      problems.add(
        'CONFIG_INVALID',
        key,
        `${formatPath([...path, matrix === undefined ? 'cases' : 'matrix'])}: ${JSON.stringify(name)} cannot be used as \${${name}}`,
        {
          hint: 'A name has letters, digits and _, and begins with a letter or _.',
        },
      );
    }
  }
  const seen = new Map<string, Span>();
  for (const [index, row] of rows.entries()) {
    const text = JSON.stringify(toPlain(row));
    const earlier = seen.get(text);
    if (earlier === undefined) seen.set(text, row);
    else {
      const { line } = positionOf(earlier.source, earlier.start);
      problems.add(
        'CONFIG_INVALID',
        row,
        `${formatPath([...path, 'cases', index])}: this row is the same as an earlier one`,
        {
          hint: `The first is in line ${line}: change or remove one of them; to repeat a test use iterations.`,
        },
      );
    }
  }
}

function checkStored(test: Placed, steps: readonly Placed[], problems: Problems): void {
  const instanceNames = new Set(
    [member(test.node, 'matrix'), ...itemsOf(member(test.node, 'cases'))].flatMap((node) =>
      entriesOf(node).map(([name]) => name),
    ),
  );
  const first = new Map<string, Span>();
  for (const { node, path } of steps) {
    const stored = member(node, 'store_result_as');
    if (stored?.kind !== 'scalar' || typeof stored.value !== 'string') continue;
    const name = stored.value;
    const at = formatPath([...path, 'store_result_as']);
    const earlier = first.get(name);
    if (earlier !== undefined) {
      const { line } = positionOf(earlier.source, earlier.start);
      problems.add('CONFIG_INVALID', stored, `${at}: another step stores its result as ${name} already`, {
        hint: `The first is in line ${line}: give this one another name.`,
      });
    } else if (instanceNames.has(name)) {
      problems.add('CONFIG_INVALID', stored, `${at}: ${name} is a name of matrix or cases already`, {
        hint: 'Give one of them another name: both would be read as ${' + name + '}.',
      });
    } else first.set(name, stored);
  }
  checkOrder(steps, new Set(first.keys()), problems);
}

/** A result can be read only by the steps after the one that stores it. */
function checkOrder(steps: readonly Placed[], names: ReadonlySet<string>, problems: Problems): void {
  const known = new Set<string>();
  for (const { node, path } of steps) {
    for (const name of names) {
      if (known.has(name)) continue;
      const found = findReference(node, name);
      if (found !== undefined) {
        problems.add(
          'CONFIG_INVALID',
          found,
          `${formatPath(path)}: \${${name}} is read here but stored only by this or a later step`,
          {
            hint: 'Move the step that stores it before this one.',
          },
        );
      }
    }
    const stored = member(node, 'store_result_as');
    if (stored?.kind === 'scalar') known.add(String(stored.value));
  }
}

function findReference(holder: MapNode, name: string): Span | undefined {
  const pattern = new RegExp(`(?<!\\$)\\$\\{${name}(?![A-Za-z0-9_])`);
  for (const [key, { value }] of holder.entries) {
    // What is expected of the step itself may name its own result.
    if (key === 'expected') continue;
    const scalars = value.kind === 'scalar' ? [value] : scalarsBelow(value);
    const found = scalars.find((scalar) => typeof scalar.value === 'string' && pattern.test(scalar.value));
    if (found !== undefined) return found;
  }
  return undefined;
}

function scalarsBelow(
  node: MapNode | ReturnType<typeof itemsOf>[number],
): readonly Extract<typeof node, { kind: 'scalar' }>[] {
  if (node.kind === 'scalar') return [node];
  const children = node.kind === 'list' ? node.items : [...node.entries.values()].map((entry) => entry.value);
  return children.flatMap(scalarsBelow);
}

function checkIterations({ node, path }: Placed, problems: Problems): void {
  const iterations = numberOf(node, 'iterations') ?? 1;
  const concurrency = numberOf(node, 'concurrency') ?? 1;
  const entry = node.entries.get('concurrency');
  if (entry !== undefined && concurrency > iterations) {
    problems.warn(
      entry.value,
      `${formatPath([...path, 'concurrency'])}: ${concurrency} requests at once, but there are only ${iterations} iterations`,
    );
  }
}

function numberOf(node: MapNode, key: string): number | undefined {
  const value = member(node, key);
  return value?.kind === 'scalar' && typeof value.value === 'number' ? value.value : undefined;
}
