/** YAML text → {@link ConfigNode} tree; imports `yaml`, so it is itself imported only when a file is read. */
import { Composer, isAlias, isMap, isPair, isScalar, isSeq, Lexer, Parser, Scalar } from 'yaml';
import type { Document, Node, ParsedNode, YAMLMap } from 'yaml';
import type { ConfigNode, MapEntry, MapNode } from './node.ts';
import { problemAt } from './problems.ts';
import type { Problems } from './problems.ts';
import { positionOf } from './source.ts';
import type { ConfigSource, Span } from './source.ts';
import { explainSyntax } from './syntax-hints.ts';

/** Deepest nesting of lists and mappings that is read. */
const maxDepth = 100;
/** Most values that one file may hold once its aliases are written out. */
const maxValues = 1_000_000;
const maxIndentation = 1000;
const maxSyntaxErrors = 5;

/**
 * Parses one YAML document. Anchors, aliases and merge keys are written out, within bounds.
 * What is wrong is added to `problems`; undefined when nothing sensible could be read, or when the text
 * holds no value at all (then without a problem: the caller knows what should be there).
 */
export function parseYaml(source: ConfigSource, problems: Problems): ConfigNode | undefined {
  const document = compose(source, problems);
  if (document === undefined) return undefined;
  const faults = [...document.errors, ...document.warnings];
  const lines = new Set<number>();
  for (const fault of faults) {
    const [start, end] = fault.pos;
    const { line } = positionOf(source, start);
    if (lines.has(line) || lines.size >= maxSyntaxErrors) continue;
    lines.add(line);
    const { message, hint, span } = explainSyntax(fault, { source, start, end });
    problems.add('CONFIG_SYNTAX', span, message, { hint });
  }
  if (faults.length > 0 || document.contents === null) return undefined;
  return new Converter(source, document, problems).convertRoot(document.contents);
}

/** Like `parseDocument`, but refuses nesting that would exhaust the stack before anything recursive sees it. */
function compose(source: ConfigSource, problems: Problems): Document.Parsed | undefined {
  const parser = new Parser();
  const tokens = [];
  let flowDepth = 0;
  // In a row: on one line, or within one member of a flow collection.
  let indicators = 0;
  let offset = 0;
  for (const lexeme of new Lexer().lex(source.text)) {
    const first = lexeme[0];
    if (lexeme === '[' || lexeme === '{') flowDepth += 1;
    else if (lexeme === ']' || lexeme === '}') flowDepth -= 1;
    else if (lexeme === '-' || lexeme === '?' || lexeme === ':') indicators += 1;
    else if (lexeme === ',' || first === '\n' || first === '\r') indicators = 0;
    const deep = flowDepth > maxDepth || indicators > maxDepth * 2;
    if (deep || (first === ' ' && lexeme.length > maxIndentation)) {
      const span = { source, start: offset, end: offset + 1 };
      problems.add('CONFIG_SYNTAX', span, `nested more than ${maxDepth} levels deep`, {
        hint: 'Check for a bracket that is never closed.',
      });
      return undefined;
    }
    if (first !== '\u0002' && first !== '\u0018' && first !== '\u001F') offset += lexeme.length;
    for (const token of parser.next(lexeme)) tokens.push(token);
  }
  for (const token of parser.end()) tokens.push(token);
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, merge: true });
  const [document, second] = composer.compose(tokens, true, source.text.length);
  if (document === undefined) return undefined;
  if (second !== undefined) {
    const [start] = second.range;
    problems.add('CONFIG_SYNTAX', { source, start, end: start + 3 }, 'a second YAML document begins here', {
      hint: 'A configuration is one document: remove the --- or split the file, and join the parts by extends or include.',
    });
    return undefined;
  }
  return document;
}

class Converter {
  readonly #source: ConfigSource;
  readonly #document: Document.Parsed;
  readonly #problems: Problems;
  readonly #open = new Set<Node>();
  readonly #anchors = new Map<string, Node>();
  #values = 0;

  constructor(source: ConfigSource, document: Document.Parsed, problems: Problems) {
    this.#source = source;
    this.#document = document;
    this.#problems = problems;
  }

  convertRoot(root: ParsedNode): ConfigNode | undefined {
    try {
      return this.#convert(root, 0);
    } catch (error) {
      if (!(error instanceof StopConversion)) throw error;
      this.#problems.addError(error.problem);
      return undefined;
    }
  }

  #convert(node: Node | null, depth: number, at?: Span): ConfigNode {
    if (node === null) return { kind: 'scalar', value: null, ...(at ?? this.#span(undefined)) };
    this.#values += 1;
    if (this.#values > maxValues) {
      throw this.#stop(node, `more than ${maxValues} values, counting what aliases repeat`);
    }
    if (depth > maxDepth) throw this.#stop(node, `nested more than ${maxDepth} levels deep`);
    if (isAlias(node)) return this.#convert(this.#target(node), depth + 1);
    if ('anchor' in node && typeof node.anchor === 'string') this.#anchors.set(node.anchor, node);
    if (isScalar(node)) return this.#scalar(node);
    if (this.#open.has(node)) throw this.#stop(node, 'an alias repeats the value that it stands in');
    this.#open.add(node);
    const converted = isMap(node) ? this.#map(node, depth) : this.#list(node, depth);
    this.#open.delete(node);
    return converted;
  }

  #scalar(node: Scalar): ConfigNode {
    const span = this.#span(node);
    const { value } = node;
    if (value === null || typeof value === 'string' || typeof value === 'boolean') {
      return { kind: 'scalar', value, ...span };
    }
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      this.#problems.add('CONFIG_INVALID', span, `${node.source ?? 'this'} has no counterpart in JSON`, {
        hint: 'Put it in quotes if it is meant as text.',
      });
      return { kind: 'scalar', value: null, ...span };
    }
    if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^[-+]?\d+$/.test(node.source ?? '')) {
      this.#problems.warn(span, `${node.source} is too large to be kept exactly and is read as ${value}`);
    }
    return { kind: 'scalar', value, ...span };
  }

  #list(node: Node, depth: number): ConfigNode {
    if (!isSeq(node)) throw this.#stop(node, 'not a value');
    const items = node.items.map((item) => {
      if (isPair(item)) throw this.#stop(node, 'a pair stands where a value should be');
      return this.#convert(item as Node | null, depth + 1, this.#span(node));
    });
    return { kind: 'list', items, ...this.#span(node) };
  }

  #map(node: YAMLMap, depth: number): MapNode {
    const entries = new Map<string, MapEntry>();
    const merged: MapNode[] = [];
    for (const pair of node.items) {
      const key = pair.key as Node | null;
      const keySpan = this.#span(key ?? node);
      const value = pair.value as Node | null;
      if (!isScalar(key)) throw this.#stop(key ?? node, 'a key must be a plain text');
      if (isMergeKey(key)) merged.push(...this.#mergeSources(value, keySpan, depth));
      else {
        const name = typeof key.value === 'string' ? key.value : (key.source ?? '');
        this.#addEntry(entries, name, { key: keySpan, value: this.#convert(value, depth + 1, keySpan) });
      }
    }
    for (const other of merged) {
      for (const [name, entry] of other.entries) if (!entries.has(name)) entries.set(name, entry);
    }
    return { kind: 'map', entries, ...this.#span(node) };
  }

  #addEntry(entries: Map<string, MapEntry>, name: string, entry: MapEntry): void {
    const earlier = entries.get(name);
    if (name === '__proto__') {
      this.#problems.add('CONFIG_INVALID', entry.key, '__proto__ cannot be used as a key', {
        hint: 'To send it to a server, write the message under raw.',
      });
    } else if (earlier !== undefined) {
      const { line } = positionOf(earlier.key.source, earlier.key.start);
      this.#problems.add('CONFIG_SYNTAX', entry.key, `the key ${name} stands here a second time`, {
        hint: `It was given first in line ${line}: remove one of them.`,
      });
    } else entries.set(name, entry);
  }

  #mergeSources(value: Node | null, at: Span, depth: number): readonly MapNode[] {
    const converted = this.#convert(value, depth, at);
    const sources = converted.kind === 'list' ? converted.items : [converted];
    return sources.filter((source) => {
      if (source.kind === 'map') return true;
      this.#problems.add('CONFIG_SYNTAX', at, '<< takes a mapping, an alias of one, or a list of those');
      return false;
    }) as MapNode[];
  }

  #target(alias: Node): Node {
    const name = isAlias(alias) ? alias.source : '';
    const target = this.#anchors.get(name);
    if (target !== undefined) return target;
    throw this.#stop(
      alias,
      `there is no anchor &${name} before this alias`,
      'A text that begins with * must stand in quotes.',
    );
  }

  #span(node: Node | undefined): Span {
    const range = node?.range ?? this.#document.range;
    return { source: this.#source, start: range[0], end: Math.max(range[0], range[1]) };
  }

  #stop(node: Node, message: string, hint?: string): StopConversion {
    return new StopConversion(problemAt('CONFIG_SYNTAX', this.#span(node), message, { hint }));
  }
}

function isMergeKey(key: Scalar): boolean {
  return key.type === Scalar.PLAIN && key.source === '<<';
}

/** Leaves a conversion that cannot go on. */
class StopConversion extends Error {
  readonly problem: ReturnType<typeof problemAt>;

  constructor(problem: ReturnType<typeof problemAt>) {
    super(problem.message);
    this.problem = problem;
  }
}
