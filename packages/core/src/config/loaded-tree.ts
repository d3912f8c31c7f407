import type { MapNode } from './node.ts';
import type { LoadedConfig } from './types.ts';

const trees = new WeakMap<LoadedConfig, MapNode>();

/** Keeps the tree a configuration was made from, for masking what is exported. */
export function rememberTree(loaded: LoadedConfig, tree: MapNode): void {
  trees.set(loaded, tree);
}

/** The tree of a configuration; undefined for one that was not made by `loadConfig`. */
export function treeOf(loaded: LoadedConfig): MapNode | undefined {
  return trees.get(loaded);
}
