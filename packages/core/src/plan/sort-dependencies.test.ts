import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortDependencies } from './sort-dependencies.ts';

type Graph = Readonly<Record<string, readonly string[]>>;

const sort = (graph: Graph) => sortDependencies(Object.keys(graph), (node) => graph[node] ?? []);

/** Any graph of up to ten nodes, cycles and unknown nodes included. */
const graphs: fc.Arbitrary<Graph> = fc
  .array(fc.array(fc.nat(11), { maxLength: 3 }), { maxLength: 10 })
  .map((rows) =>
    Object.fromEntries(rows.map((row, index) => [`n${index}`, row.map((number) => `n${number}`)])),
  );

describe('sortDependencies', () => {
  it.each<[string, Graph, readonly string[]]>([
    ['the given order without dependencies', { c: [], a: [], b: [] }, ['c', 'a', 'b']],
    ['a dependency first', { a: ['b'], b: [], c: [] }, ['b', 'a', 'c']],
    ['a diamond once', { d: ['b', 'c'], b: ['a'], c: ['a'], a: [] }, ['a', 'b', 'c', 'd']],
    ['unknown ones ignored', { a: ['elsewhere'], b: [] }, ['a', 'b']],
  ])('gives %s', (_what, graph, order) => {
    expect(sort(graph)).toEqual({ order });
  });

  it.each<[string, Graph, readonly string[]]>([
    ['of one', { a: ['a'] }, ['a', 'a']],
    ['of three, without what leads to it', { x: ['a'], a: ['b'], b: ['c'], c: ['a'] }, ['a', 'b', 'c', 'a']],
  ])('names a cycle %s', (_what, graph, cycle) => {
    expect(sort(graph)).toEqual({ cycle });
  });

  it('either puts each node once, after its dependencies, or names a real cycle', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const result = sort(graph);
        if ('cycle' in result) {
          const { cycle } = result;
          expect(cycle.length).toBeGreaterThan(1);
          expect(cycle.at(-1)).toBe(cycle[0]);
          for (const [index, node] of cycle.slice(0, -1).entries()) {
            expect(graph[node]).toContain(cycle[index + 1]);
          }
          return;
        }
        expect(result.order.toSorted()).toEqual(Object.keys(graph).toSorted());
        const place = new Map(result.order.map((node, index) => [node, index]));
        for (const [node, dependencies] of Object.entries(graph)) {
          for (const dependency of dependencies) {
            expect(place.get(dependency) ?? -1).toBeLessThan(place.get(node) ?? -1);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is safe for long chains', () => {
    const length = 50_000;
    const nodes = Array.from({ length }, (_, index) => `${index}`);
    const result = sortDependencies(nodes, (node) => [`${Number(node) + 1}`]);
    expect('order' in result && result.order[0]).toBe(`${length - 1}`);
  });
});
