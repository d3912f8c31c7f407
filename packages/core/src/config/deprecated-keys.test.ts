import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { deprecatedKeys, renameDeprecated } from './deprecated-keys.ts';
import { fromPlain, nodeAt, toPlain, withMember } from './node.ts';
import type { MapNode } from './node.ts';
import { Problems } from './problems.ts';

const span = { source: { file: 'main.yaml', text: '' }, start: 0, end: 0 };
// A key whose older name lies within its newer one cannot have both.
const pairs = Object.entries(deprecatedKeys)
  .filter(([older, name]) => !older.startsWith(`${name}.`))
  .map(([older, name]) => ({ older: older.split('.'), name: name.split('.') }));

it('whatever is given under either name arrives under the newer one, or is refused', () => {
  const value = fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined });
  const given = fc.array(fc.record({ older: value, name: value }), {
    minLength: pairs.length,
    maxLength: pairs.length,
  });
  fc.assert(
    fc.property(given, (values) => {
      let root = fromPlain({}, span) as MapNode;
      for (const [index, { older, name }] of pairs.entries()) {
        root = put(root, older, values[index]?.older);
        root = put(root, name, values[index]?.name);
      }
      const problems = new Problems();
      const renamed = renameDeprecated(root, problems);
      const clashes = values.filter(
        ({ older, name }) => older !== undefined && name !== undefined && older !== name,
      );
      expect(problems.count).toBe(clashes.length);
      expect(problems.warnings).toHaveLength(values.filter(({ older }) => older !== undefined).length);
      for (const [index, { older, name }] of pairs.entries()) {
        const expected = values[index]?.name ?? values[index]?.older;
        const node = nodeAt(renamed, name);
        expect(node && toPlain(node), name.join('.')).toBe(expected);
        expect(nodeAt(renamed, older), older.join('.')).toBeUndefined();
      }
    }),
  );
});

function put(map: MapNode, [key = '', ...rest]: readonly string[], value: number | undefined): MapNode {
  if (value === undefined) return map;
  const inner = map.entries.get(key)?.value;
  const holder = inner?.kind === 'map' ? inner : (fromPlain({}, span) as MapNode);
  return withMember(map, key, {
    key: span,
    value: rest.length === 0 ? fromPlain(value, span) : put(holder, rest, value),
  });
}
