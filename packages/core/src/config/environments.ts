/** The `environments` section: which entry applies, and its shorthand; spec `features.md` C62 to C66. */
import { substituteTemplates, textOf } from '../expressions/index.ts';
import { entriesOf, formatPath, member, textMember, toPlain, withMember } from './node.ts';
import type { MapEntry, MapNode } from './node.ts';
import { mergeTrees, settleMergeModes } from './merge.ts';
import { nearestName, suggestName } from '../nearest.ts';
import type { Problems } from './problems.ts';
import type { Span } from './source.ts';
import { globalKeys, sectionKeys } from './vocabulary.ts';

export interface EnvironmentChoice {
  readonly name: string;
  /** What asked for it. */
  readonly from: 'flag' | 'variable' | 'file';
}

/** An environment that was not chosen. */
export interface OtherEnvironment {
  readonly name: string;
  /** Its entry as written. */
  readonly block: MapNode;
  /** The whole configuration as it would be with it. */
  readonly tree: MapNode;
}

/** --environment wins over ENVIRONMENT, which wins over global.environment. */
export function chooseEnvironment(
  tree: MapNode,
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): EnvironmentChoice | undefined {
  if (flag !== undefined && flag !== '') return { name: flag, from: 'flag' };
  const { ENVIRONMENT: variable } = env;
  if (variable !== undefined && variable !== '') return { name: variable, from: 'variable' };
  const written = textMember(member(tree, 'global'), 'environment');
  const name = written === undefined ? '' : fromEnvironment(written, env);
  return name === '' ? undefined : { name, from: 'file' };
}

/** `global.environment` may itself be `${NAME:-default}`; what is wrong with it is reported with the other variables. */
function fromEnvironment(text: string, env: Readonly<Record<string, string | undefined>>): string {
  try {
    return textOf(substituteTemplates(text, (name) => env[name]));
  } catch {
    return '';
  }
}

/**
 * Overlays the chosen environment. A file without `environments` may still be labelled by ENVIRONMENT or
 * global.environment; only the flag then is an error. Returns the tree and those of the environments that
 * were not chosen, each overlaid as if it had been, to be checked as well.
 */
export function applyEnvironment(
  tree: MapNode,
  choice: EnvironmentChoice | undefined,
  problems: Problems,
): { readonly tree: MapNode; readonly others: readonly OtherEnvironment[] } {
  const section = tree.entries.get('environments');
  const rest = withMember(tree, 'environments', undefined);
  const blocks = readBlocks(section, problems);
  if (choice !== undefined && !blocks.has(choice.name))
    reportUnknown(choice, section, rest, blocks, problems);
  let chosen = rest;
  const others: OtherEnvironment[] = [];
  for (const [name, block] of blocks) {
    const expanded = expandShorthand(name, block, problems);
    const overlaid = mergeTrees(rest, expanded, problems);
    if (name === choice?.name) chosen = overlaid;
    else others.push({ name, block, tree: overlaid });
  }
  return { tree: settleMergeModes(chosen, problems), others };
}

function readBlocks(section: MapEntry | undefined, problems: Problems): ReadonlyMap<string, MapNode> {
  const blocks = new Map<string, MapNode>();
  if (section === undefined) return blocks;
  if (section.value.kind !== 'map') {
    problems.add('CONFIG_INVALID', section.key, 'environments: expected a mapping of environments by name', {
      hint: 'For example: environments: {staging: {log_level: debug}}.',
    });
  }
  for (const [name, { key, value }] of entriesOf(section.value)) {
    if (value.kind === 'map') blocks.set(name, value);
    else if (value.kind === 'scalar' && value.value === null) {
      blocks.set(name, {
        kind: 'map',
        entries: new Map(),
        source: key.source,
        start: key.start,
        end: key.end,
      });
    } else
      problems.add(
        'CONFIG_INVALID',
        key,
        `${formatPath(['environments', name])}: expected a mapping of settings`,
      );
  }
  return blocks;
}

function reportUnknown(
  choice: EnvironmentChoice,
  section: MapEntry | undefined,
  tree: MapNode,
  blocks: ReadonlyMap<string, MapNode>,
  problems: Problems,
): void {
  if (section === undefined && choice.from !== 'flag') return;
  const asked = {
    flag: `--environment ${choice.name}`,
    variable: `ENVIRONMENT=${choice.name}`,
    file: `global.environment: ${choice.name}`,
  }[choice.from];
  const span: Span =
    (choice.from === 'file' ? member(member(tree, 'global'), 'environment') : undefined) ??
    section?.key ??
    tree;
  problems.add('CONFIG_UNKNOWN_ENVIRONMENT', span, `${asked}: there is no environment of that name`, {
    hint: suggestEnvironment(choice.name, [...blocks.keys()]),
  });
}

function suggestEnvironment(name: string, known: readonly string[]): string {
  if (known.length === 0) return 'The file has no environments.';
  const near = nearestName(name, known);
  return `${near === undefined ? '' : `Did you mean ${near}? `}Known environments: ${known.join(', ')}.`;
}

/** Flat keys that stand for a nested one. */
const shorthand: Readonly<Record<string, readonly [string, string]>> = {
  performance_thresholds: ['performance', 'thresholds'],
  alerts: ['monitoring', 'alerts'],
};

function expandShorthand(name: string, block: MapNode, problems: Problems): MapNode {
  let expanded: MapNode = { ...block, entries: new Map() };
  for (const [key, entry] of block.entries) {
    if (sectionKeys.includes(key) || key === '_merge_mode') expanded = withMember(expanded, key, entry);
  }
  for (const [key, entry] of block.entries) {
    if (sectionKeys.includes(key) || key === '_merge_mode') continue;
    const path = formatPath(['environments', name, key]);
    const target =
      (Object.hasOwn(shorthand, key) ? shorthand[key] : undefined) ??
      (globalKeys.includes(key) && key !== 'environment' ? ['global', key] : undefined);
    if (target === undefined) {
      const known = [
        ...globalKeys.filter((global) => global !== 'environment'),
        ...sectionKeys,
        ...Object.keys(shorthand),
      ];
      problems.add('CONFIG_UNKNOWN_KEY', entry.key, `${path} is not a known key`, {
        hint: suggestName(key, known, { what: 'keys' }),
      });
      continue;
    }
    const [section, inner] = target;
    expanded = place(expanded, section, inner, entry, path, problems);
  }
  return expanded;
}

function place(
  block: MapNode,
  section: string,
  inner: string,
  entry: MapEntry,
  path: string,
  problems: Problems,
): MapNode {
  const holder = block.entries.get(section);
  if (holder !== undefined && holder.value.kind !== 'map') return block;
  const map: MapNode =
    holder?.value.kind === 'map'
      ? holder.value
      : {
          kind: 'map',
          entries: new Map(),
          source: entry.key.source,
          start: entry.key.start,
          end: entry.key.end,
        };
  const given = map.entries.get(inner);
  if (given !== undefined) {
    if (JSON.stringify(toPlain(given.value)) !== JSON.stringify(toPlain(entry.value))) {
      problems.add(
        'CONFIG_INVALID',
        entry.key,
        `${path}: given a second time, with another value, as ${section}.${inner}`,
        {
          hint: 'Keep one of the two.',
        },
      );
    }
    return block;
  }
  return withMember(block, section, { key: holder?.key ?? entry.key, value: withMember(map, inner, entry) });
}
