import { checkExpression, parseTemplate } from '../../expressions/index.ts';
import { formatPath, mapScalars, member } from '../node.ts';
import type { MapNode, ScalarNode } from '../node.ts';
import type { Problems } from '../problems.ts';
import { spanWithin } from '../span-within.ts';
import { structuralKeys } from '../substitute-tree.ts';
import type { ConfigPath } from '../types.ts';
import { suitesOf, testsOf } from './walk.ts';

interface ExpressionAt {
  readonly node: ScalarNode;
  readonly path: ConfigPath;
  readonly source: string;
}

/** Reports every faulty expression of `skip_if`, `only_if` and `${{ }}`, at the part that is wrong. */
export async function checkExpressions(root: MapNode, problems: Problems): Promise<void> {
  const sound = new Set<string>();
  for (const { node, path, source } of collect(root)) {
    if (sound.has(source)) continue;
    const problem = await checkExpression(source);
    if (problem === undefined) {
      sound.add(source);
      continue;
    }
    const span = spanWithin(node, source, problem.offset, problem.length);
    problems.add('CONFIG_EXPRESSION', span, `${formatPath(path)}: ${problem.message}`, {
      hint: problem.hint,
    });
  }
}

function collect(root: MapNode): readonly ExpressionAt[] {
  const found: ExpressionAt[] = [];
  const conditions = (holder: MapNode, path: ConfigPath): void => {
    for (const key of ['skip_if', 'only_if']) {
      const node = member(holder, key);
      if (node?.kind !== 'scalar' || typeof node.value !== 'string') continue;
      if (/(?<!\$)\$\{(?!\{)/.test(node.value)) continue;
      found.push({ node, path: [...path, key], source: node.value });
    }
  };
  for (const suite of suitesOf(root)) {
    conditions(suite.node, suite.path);
    for (const test of testsOf(suite)) {
      conditions(test.node, test.path);
      mapScalars(test.node, test.path, (node, path) => {
        const key = path.at(-1);
        // Its escapes have ended: what looks like an expression there is text.
        const isText = structuralKeys.has(String(path[test.path.length]));
        if (
          !isText &&
          typeof node.value === 'string' &&
          node.value.includes('${{') &&
          key !== 'skip_if' &&
          key !== 'only_if'
        ) {
          for (const part of partsOf(node.value)) {
            if (part.kind === 'expression') found.push({ node, path, source: part.expression });
          }
        }
        return node;
      });
    }
  }
  return found;
}

/** The parts of a text; none for one that is malformed, which substitution has reported. */
function partsOf(text: string): ReturnType<typeof parseTemplate> {
  try {
    return parseTemplate(text);
  } catch {
    return [];
  }
}
