/** The suites, tests, steps and servers of a tree, each with its path. */
import { entriesOf, itemsOf, member } from '../node.ts';
import type { ConfigNode, MapNode } from '../node.ts';
import type { ConfigPath } from '../types.ts';

export interface Placed {
  readonly node: MapNode;
  readonly path: ConfigPath;
}

export function serversOf(root: MapNode): readonly Placed[] {
  const single = member(root, 'server');
  const several = entriesOf(member(root, 'servers')).flatMap(([name, { value }]) =>
    value.kind === 'map' ? [{ node: value, path: ['servers', name] }] : [],
  );
  return single?.kind === 'map' ? [{ node: single, path: ['server'] }, ...several] : several;
}

export function suitesOf(root: MapNode): readonly Placed[] {
  return mapsIn(root, 'test_suites', []);
}

export function testsOf(suite: Placed): readonly Placed[] {
  return mapsIn(suite.node, 'test_cases', suite.path);
}

const stepLists = ['setup_steps', 'steps', 'cleanup_steps'] as const;

/** All steps of a test in the order they run. */
export function stepsOf(test: Placed): readonly Placed[] {
  return stepLists.flatMap((key) => mapsIn(test.node, key, test.path));
}

/** The test itself and its steps: everything that sends and expects. */
export function actionsOf(test: Placed): readonly Placed[] {
  return [test, ...stepsOf(test)];
}

/** The mappings of the list under a key. */
export function mapsIn(holder: ConfigNode | undefined, key: string, path: ConfigPath): readonly Placed[] {
  return itemsOf(member(holder, key)).flatMap((node, index) =>
    node.kind === 'map' ? [{ node, path: [...path, key, index] }] : [],
  );
}
