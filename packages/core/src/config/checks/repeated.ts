import { formatPath, member } from '../node.ts';
import type { Problems } from '../problems.ts';
import { locationOf } from '../source.ts';
import type { Span } from '../source.ts';
import type { Placed } from './walk.ts';

/** Reports every name that an earlier one had already; returns the names. */
export function reportRepeated(
  placed: readonly Placed[],
  key: string,
  what: string,
  problems: Problems,
): ReadonlySet<string> {
  const first = new Map<string, Span>();
  for (const { node, path } of placed) {
    const name = member(node, key);
    if (name?.kind !== 'scalar' || typeof name.value !== 'string') continue;
    const earlier = first.get(name.value);
    if (earlier === undefined) {
      first.set(name.value, name);
      continue;
    }
    const { file, line } = locationOf(earlier);
    const where = file === name.source.file ? `line ${line}` : `${file}:${line}`;
    problems.add(
      'CONFIG_INVALID',
      name,
      `${formatPath([...path, key])}: another ${what} is named ${JSON.stringify(name.value)} already`,
      {
        hint: `The first is in ${where}: give this one another name.`,
      },
    );
  }
  return new Set(first.keys());
}
