/** The assertions as data, for the reference page. */
import { z } from 'zod';
import type { ZodType } from 'zod';
import { assertions } from './registry.ts';
import { optionShapeOf } from './validation-schema.ts';

export interface OptionReference {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** `number`, `"asc" | "desc"`, `any`, ... */
  readonly type: string;
}

export interface AssertionReference {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionReference[];
  /** The option that a bare value stands for in a matcher map. */
  readonly shorthand: string | undefined;
  /** `true` in a matcher map means the assertion without options. */
  readonly flag: boolean;
  /** The assertion that `false` in a matcher map means. */
  readonly negation: string | undefined;
}

/** Every validation type with its options, in the order of the registry. */
export function describeAssertions(): readonly AssertionReference[] {
  return assertions.map(({ name, description, shorthand, flag, negation }) => ({
    name,
    description,
    options: Object.entries(optionShapeOf(name)).map(([option, schema]) => ({
      name: option,
      description: schema.description ?? '',
      required: !(schema instanceof z.ZodOptional),
      type: typeOf(schema),
    })),
    shorthand,
    flag,
    negation,
  }));
}

function typeOf(schema: ZodType): string {
  const { $schema: _schema, ...json } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
  }) as Node;
  return nameOf(json);
}

interface Node {
  readonly $schema?: unknown;
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Node[];
  readonly items?: Node;
}

function nameOf(node: Node): string {
  if (node.enum !== undefined) return node.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (node.type === 'array') return node.items?.type === undefined ? 'list' : `list of ${nameOf(node.items)}`;
  if (typeof node.type === 'string') return node.type === 'object' ? 'mapping' : node.type;
  const names = node.anyOf?.map(nameOf) ?? [];
  return names.length === 0 || names.includes('any') || node.$ref !== undefined || names.length > 4
    ? 'any'
    : [...new Set(names)].join(' or ');
}
