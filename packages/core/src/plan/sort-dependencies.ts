/** Either an order, or the first cycle found, its first member repeated at the end. */
export type SortResult = { readonly order: readonly string[] } | { readonly cycle: readonly string[] };

/**
 * Puts every node after those it depends on, otherwise keeping the given order. Dependencies that are not among
 * the nodes are ignored. Linear, and safe for chains of any length.
 */
export function sortDependencies(
  nodes: readonly string[],
  dependenciesOf: (node: string) => readonly string[],
): SortResult {
  const known = new Set(nodes);
  const done = new Set<string>();
  const order: string[] = [];
  for (const root of nodes) {
    if (done.has(root)) continue;
    const path: { readonly node: string; readonly dependencies: readonly string[]; next: number }[] = [];
    const onPath = new Set<string>();
    const enter = (node: string): void => {
      path.push({ node, dependencies: dependenciesOf(node), next: 0 });
      onPath.add(node);
    };
    enter(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const dependency = top.dependencies[top.next];
      top.next += 1;
      if (dependency === undefined) {
        path.pop();
        onPath.delete(top.node);
        done.add(top.node);
        order.push(top.node);
      } else if (onPath.has(dependency)) {
        const names = path.map(({ node }) => node);
        return { cycle: [...names.slice(names.indexOf(dependency)), dependency] };
      } else if (known.has(dependency) && !done.has(dependency)) {
        enter(dependency);
      }
    }
  }
  return { order };
}
