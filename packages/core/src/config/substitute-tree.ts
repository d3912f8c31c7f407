/** `${...}` in a whole configuration, each part in its scope; spec `suite-language.md`, "Variables and expressions". */
import { isHarnessError } from '../errors.ts';
import { hasTemplate, mapStrings, parseTemplate, substituteText, textOf } from '../expressions/index.ts';
import type { TemplatePart } from '../expressions/index.ts';
import { isJsonObject } from '../json.ts';
import type { JsonValue } from '../json.ts';
import { deferredNames } from './deferred-names.ts';
import type { DeferredNames } from './deferred-names.ts';
import { formatPath, mapScalars, member, toPlain, withMember } from './node.ts';
import type { ConfigNode, MapEntry, MapNode, ScalarNode } from './node.ts';
import { nearestName } from '../nearest.ts';
import type { Problems } from './problems.ts';
import { Scope, VariableCycle } from './scope.ts';
import type { FoundValue } from './scope.ts';
import { spanWithin } from './span-within.ts';
import type { ConfigPath } from './types.ts';

export interface SubstituteContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly problems: Problems;
  /** Texts that were taken from the process environment, by the name of the variable; filled in. */
  readonly taken: Map<string, string>;
}

const nothing: DeferredNames = { instance: new Set(), stored: new Set(), all: new Set() };

/** Keys of a test that decide what the test is, before any instance or result exists; expressions stand in none of them. */
export const structuralKeys: ReadonlySet<string> = new Set([
  'id',
  'enabled',
  'tags',
  'depends_on',
  'variables',
  'matrix',
  'cases',
  'retry',
  'iterations',
  'concurrency',
]);

/** Substitutes in the whole tree; what is wrong is added to `context.problems`. */
export function substituteTree(root: MapNode, context: SubstituteContext): MapNode {
  const top = openScope(root, undefined, ['variables'], context);
  let tree = root;
  for (const [key, entry] of root.entries) {
    if (key === 'variables' || key === 'test_suites') continue;
    tree = put(tree, key, entry, substituteAll(entry.value, [key], top, nothing, false, context));
  }
  tree = putVariables(tree, top);
  const suites = root.entries.get('test_suites');
  if (suites?.value.kind !== 'list') return tree;
  const items = suites.value.items.map((suite, index) =>
    suite.kind === 'map' ? substituteSuite(suite, ['test_suites', index], top, context) : suite,
  );
  return put(tree, 'test_suites', suites, { ...suites.value, items });
}

function substituteSuite(suite: MapNode, path: ConfigPath, top: Scope, context: SubstituteContext): MapNode {
  const scope = openScope(suite, top, [...path, 'variables'], context);
  let tree = suite;
  for (const [key, entry] of suite.entries) {
    if (key === 'variables' || key === 'test_cases') continue;
    tree = put(tree, key, entry, substituteAll(entry.value, [...path, key], scope, nothing, false, context));
  }
  tree = putVariables(tree, scope);
  const tests = suite.entries.get('test_cases');
  if (tests?.value.kind !== 'list') return tree;
  const items = tests.value.items.map((test, index) =>
    test.kind === 'map' ? substituteTest(test, [...path, 'test_cases', index], scope, context) : test,
  );
  return put(tree, 'test_cases', tests, { ...tests.value, items });
}

function substituteTest(test: MapNode, path: ConfigPath, suite: Scope, context: SubstituteContext): MapNode {
  const scope = openScope(test, suite, [...path, 'variables'], context);
  const deferred = deferredIn(test);
  let tree = test;
  for (const [key, entry] of test.entries) {
    if (key === 'variables') continue;
    const structural = structuralKeys.has(key);
    const value = substituteAll(entry.value, [...path, key], scope, deferred, !structural, context);
    tree = put(tree, key, entry, value);
  }
  return putVariables(tree, scope);
}

function deferredIn(test: MapNode): DeferredNames {
  const relevant = ['matrix', 'cases', 'steps', 'setup_steps', 'cleanup_steps'] as const;
  if (!relevant.some((key) => test.entries.has(key))) return nothing;
  const plain: Record<string, JsonValue> = {};
  for (const key of relevant) {
    const node = member(test, key);
    if (node !== undefined) plain[key] = toPlain(node);
  }
  return deferredNames(plain);
}

function openScope(
  holder: MapNode,
  parent: Scope | undefined,
  path: ConfigPath,
  context: SubstituteContext,
): Scope {
  const variables = member(holder, 'variables');
  return new Scope({
    parent,
    variables: variables?.kind === 'map' ? variables : undefined,
    environment: context.env,
    resolve: (node, scope, name) => substituteAll(node, [...path, name], scope, nothing, false, context),
  });
}

function put(tree: MapNode, key: string, entry: MapEntry, value: ConfigNode): MapNode {
  return value === entry.value ? tree : withMember(tree, key, { key: entry.key, value });
}

function putVariables(tree: MapNode, scope: Scope): MapNode {
  const holder = tree.entries.get('variables');
  if (holder?.value.kind !== 'map') return tree;
  let variables = holder.value;
  for (const [name, entry] of holder.value.entries) {
    variables = put(variables, name, entry, scope.variable(name) ?? entry.value);
  }
  return put(tree, 'variables', holder, variables);
}

/** Substitutes in every scalar below a node. `late`: deferred names may stand here, and `${{ }}`. */
function substituteAll(
  node: ConfigNode,
  path: ConfigPath,
  scope: Scope,
  deferred: DeferredNames,
  late: boolean,
  context: SubstituteContext,
): ConfigNode {
  return mapScalars(node, path, (scalar, at) => {
    const { value } = scalar;
    if (typeof value !== 'string' || !hasTemplate(value)) return scalar;
    try {
      return substituteScalar(scalar, value, at, scope, deferred, late, context);
    } catch (error) {
      reportFailure(error, scalar, value, at, scope, context);
      return scalar;
    }
  });
}

function substituteScalar(
  scalar: ScalarNode,
  text: string,
  path: ConfigPath,
  scope: Scope,
  deferred: DeferredNames,
  late: boolean,
  context: SubstituteContext,
): ConfigNode {
  const parts = parseTemplate(text);
  if (!late && !canStandEarly(parts, scalar, path, deferred, context)) return scalar;
  const names = late ? deferred.all : nothing.all;
  let isText = false;
  const look = (name: string): FoundValue | undefined => {
    const found = scope.find(name);
    isText = found === undefined || found.isText;
    return found;
  };
  const value = substituteText(
    parts,
    (name) => {
      const found = look(name);
      if (found !== undefined && found.masked !== found.value) recordTaken(name, found, context);
      return found?.value;
    },
    names,
  );
  const masked = substituteText(parts, (name) => look(name)?.masked, names);
  const finish = (result: JsonValue): JsonValue => (late ? result : mapStrings(result, endExpressionEscapes));
  const [only] = parts;
  const whole = parts.length === 1 && only?.kind === 'reference' && !names.has(only.name);
  return remake(scalar, text, finish(value), finish(masked), whole && isText && typeof value === 'string');
}

/** Where no expression pass follows, its escapes end here. */
function endExpressionEscapes(text: string): string {
  return text.replaceAll('$${{', () => '${{');
}

/** Environment texts are remembered where they enter; a variable made from them has recorded its own. */
function recordTaken(name: string, found: FoundValue, context: SubstituteContext): void {
  if (typeof found.value === 'string' && context.env[name] === found.value)
    context.taken.set(name, found.value);
}

function remake(
  scalar: ScalarNode,
  template: string,
  value: JsonValue,
  masked: JsonValue,
  wholeText: boolean,
): ConfigNode {
  const place = { source: scalar.source, start: scalar.start, end: scalar.end };
  if (isJsonObject(value)) {
    const entries = new Map<string, MapEntry>();
    const hidden = isJsonObject(masked) ? masked : {};
    for (const [key, item] of Object.entries(value)) {
      const entry = remake(scalar, template, item, hidden[key] ?? null, false);
      entries.set(key, { key: place, value: entry });
    }
    return { kind: 'map', entries, ...place };
  }
  if (typeof value === 'object' && value !== null) {
    const hidden = Array.isArray(masked) ? (masked as readonly JsonValue[]) : [];
    const items = value.map((item, index) => remake(scalar, template, item, hidden[index] ?? null, false));
    return { kind: 'list', items, ...place };
  }
  const made = masked === value ? { template, wholeText } : { template, wholeText, masked: textOf(masked) };
  return { kind: 'scalar', value, made, ...place };
}

/** False, and reported, when something that only later stages know stands where it must be known now. */
function canStandEarly(
  parts: readonly TemplatePart[],
  scalar: ScalarNode,
  path: ConfigPath,
  deferred: DeferredNames,
  context: SubstituteContext,
): boolean {
  const key = path.at(-1);
  let sound = true;
  for (const part of parts) {
    if (part.kind === 'expression' && key !== 'skip_if' && key !== 'only_if') {
      sound = false;
      const span = spanWithin(scalar, part.source);
      const message = `${formatPath(path)}: an expression \${{ }} cannot stand here`;
      context.problems.add('CONFIG_EXPRESSION', span, message, {
        hint: 'Expressions are evaluated when a test runs: in what a test sends and expects, in skip_if and only_if. A literal ${{ is written $${{.',
      });
    }
    if (part.kind !== 'reference' || !deferred.all.has(part.name)) continue;
    sound = false;
    const what = deferred.instance.has(part.name) ? 'a value of matrix or cases' : 'the result of a step';
    const span = spanWithin(scalar, part.source);
    const message = `${formatPath(path)}: ${part.source} is ${what}, which is not known here`;
    context.problems.add('CONFIG_INVALID', span, message, {
      hint: 'It can stand in what the test sends and expects, and in its description. The name of an instance shows its values by itself.',
    });
  }
  return sound;
}

function reportFailure(
  error: unknown,
  scalar: ScalarNode,
  text: string,
  path: ConfigPath,
  scope: Scope,
  context: SubstituteContext,
): void {
  const at = formatPath(path);
  if (error instanceof VariableCycle) {
    context.problems.add(
      'CONFIG_CYCLE',
      scalar,
      `${at}: variables name each other in a circle: ${error.message}`,
      {
        hint: 'Give one of them a value of its own.',
      },
    );
    return;
  }
  if (!isHarnessError(error)) throw error;
  const { offset, name } = error.details ?? {};
  const fragment = typeof offset === 'number' ? /^\$\{[^}]*\}?/.exec(text.slice(offset))?.[0] : undefined;
  const near = typeof name === 'string' ? nearestName(name, scope.names()) : undefined;
  const isOther = near !== undefined && near !== name && near !== path.at(-1);
  const hint = isOther ? `Did you mean \${${near}}? ${error.hint ?? ''}`.trim() : error.hint;
  context.problems.add(error.code, spanWithin(scalar, fragment ?? text), `${at}: ${error.message}`, { hint });
}
