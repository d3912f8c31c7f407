/** docs/reference/configuration.md: every key with its type, default and description, from the same schema. */
import { deprecatedKeys } from '../../packages/core/src/config/deprecated-keys.ts';
import { expressionContexts, expressionFunctions } from '../../packages/core/src/expressions/language.ts';
import type { Generator } from '../generate.ts';
import { mergedSchema } from './config-schema.ts';
import type { Schema } from './config-schema.ts';
import { configurationIntroduction } from './config-reference-text.ts';

interface Section {
  readonly title: string;
  readonly schema: Schema;
}

/** One section per mapping, in the order of the file; a mapping that is used twice is described once. */
class Reference {
  readonly #definitions: Readonly<Record<string, Schema>>;
  readonly #sections: Section[] = [];
  readonly #titles = new Map<string, string>();
  readonly #open = new Set<Schema>();

  constructor(root: Schema) {
    this.#definitions = (root['definitions'] ?? {}) as Record<string, Schema>;
    this.#add('Top level', root);
  }

  render(): string {
    let text = '';
    for (const section of this.#sections) text += this.#renderSection(section);
    return text;
  }

  #add(title: string, schema: Schema): string {
    const key = JSON.stringify(schema);
    const known = this.#titles.get(key);
    if (known !== undefined) return known;
    this.#titles.set(key, title);
    this.#sections.push({ title, schema });
    return title;
  }

  #renderSection({ title, schema }: Section): string {
    const lines = [`\n## ${/^[A-Z]/.test(title) ? title : `\`${title}\``}\n`];
    if (schema.description !== undefined) lines.push(`${escapeText(schema.description)}\n`);
    const variants = variantsOf(schema);
    if (variants !== undefined) return `${[...lines, ...this.#renderVariants(variants)].join('\n')}\n`;
    lines.push('| Key | Type | Default | Description |', '| --- | --- | --- | --- |');
    const required = new Set(schema.required ?? []);
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      const path = title === 'Top level' ? key : `${title}.${key}`;
      const fallback = required.has(key) ? '**required**' : formatDefault(property);
      const described = property.description ?? this.#resolve(property).description ?? '';
      lines.push(`| \`${key}\` | ${this.#typeOf(property, path)} | ${fallback} | ${escapeText(described)} |`);
    }
    return `${lines.join('\n')}\n`;
  }

  #renderVariants(variants: readonly Schema[]): readonly string[] {
    const lines = ['| `type` | Options | Holds when |', '| --- | --- | --- |'];
    for (const variant of variants) {
      const { type, ...options } = variant.properties ?? {};
      const shown = Object.entries(options).map(([key, option]) => {
        const optional = variant.required?.includes(key) === true ? '' : ' (optional)';
        return `\`${key}\`${optional}: ${this.#typeOf(option, key)}`;
      });
      lines.push(
        `| \`${String(type?.['const'])}\` | ${shown.join('<br>')} | ${escapeText(variant.description ?? '')} |`,
      );
    }
    return lines;
  }

  #resolve(schema: Schema): Schema {
    const reference = schema['$ref'];
    const [only, more] = (schema['allOf'] ?? []) as Schema[];
    if (only !== undefined && more === undefined) return this.#resolve(only);
    if (typeof reference !== 'string') return schema;
    return this.#definitions[reference.split('/').at(-1) ?? ''] ?? schema;
  }

  #typeOf(written: Schema, path: string): string {
    const schema = this.#resolve(written);
    const named = titleOf(schema);
    if (named !== undefined) return `[${named.toLowerCase()}](#${anchorOf(this.#add(named, schema))})`;
    const branches = (schema.anyOf ?? schema['oneOf']) as Schema[] | undefined;
    if (branches !== undefined) return this.#unionOf(schema, branches, path);
    if (schema['const'] !== undefined) return `\`${JSON.stringify(schema['const'])}\``;
    if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
    if (schema.type === 'array') return `list of ${this.#typeOf(schema.items ?? {}, `${path}[]`)}`;
    if (schema.properties !== undefined) {
      const title = this.#add(path, schema);
      return `[mapping](#${anchorOf(title)})`;
    }
    if (schema.type === 'object') {
      const values = schema.additionalProperties;
      const inner = typeof values === 'object' ? this.#typeOf(values, `${path}.<name>`) : 'any';
      return inner === 'any' ? 'mapping' : `mapping of ${inner}`;
    }
    return scalarType(schema);
  }

  #unionOf(schema: Schema, branches: readonly Schema[], path: string): string {
    if (this.#open.has(schema)) return 'any';
    this.#open.add(schema);
    const types = [...new Set(branches.map((branch) => this.#typeOf(branch, path)))];
    this.#open.delete(schema);
    return types.includes('null') && types.includes('number') ? 'any' : types.join(' or ');
  }
}

/** Title of a section that many places link to. */
function titleOf(schema: Schema): string | undefined {
  if (variantsOf(schema) !== undefined) return 'Validations';
  const { properties } = schema;
  return properties?.['exists'] !== undefined && properties['equals'] !== undefined ? 'Matchers' : undefined;
}

/** The branches of a union of mappings told apart by `type`. */
function variantsOf(schema: Schema): readonly Schema[] | undefined {
  const branches = (schema.anyOf ?? schema['oneOf']) as Schema[] | undefined;
  return branches?.every((branch) => branch.properties?.['type']?.['const'] !== undefined) === true
    ? branches
    : undefined;
}

function scalarType(schema: Schema): string {
  const { minimum, maximum, exclusiveMinimum, format } = schema;
  const bounds = [
    ...(typeof exclusiveMinimum === 'number' ? [`> ${exclusiveMinimum}`] : []),
    ...(isBound(minimum) ? [`≥ ${minimum}`] : []),
    ...(isBound(maximum) ? [`≤ ${maximum}`] : []),
  ];
  const name = schema.type === 'integer' ? 'whole number' : (schema.type ?? 'any');
  const shown = format === 'uri' ? 'URL' : name === 'string' ? 'text' : name;
  return bounds.length === 0 ? shown : `${shown}, ${bounds.join(', ')}`;
}

function isBound(value: unknown): value is number {
  return (
    typeof value === 'number' && Number.isSafeInteger(value) && Math.abs(value) < Number.MAX_SAFE_INTEGER
  );
}

function formatDefault(schema: Schema): string {
  const { default: fallback } = schema;
  if (fallback === undefined || JSON.stringify(fallback) === '{}') return '';
  return `\`${typeof fallback === 'string' ? fallback : JSON.stringify(fallback)}\``;
}

/** Markdown keeps `|` and `<` of a description as text; what looks like code becomes code. */
function escapeText(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) =>
      part.startsWith('`')
        ? part.replaceAll('|', '\\|')
        : part
            .replaceAll(/\$\{[^}]*\}\}?|\{[^{}]*\}|<[a-z]+>/g, (code) => `\`${code}\``)
            .replaceAll('|', '\\|')
            .replaceAll(/(?<!`)([<*_])(?=\S)(?![^`]*`)/g, '\\$1'),
    )
    .join('');
}

function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');
}

const generator: Generator = {
  name: 'config-reference',
  committed: true,
  files: async () => ({
    'docs/reference/configuration.md': `${configurationIntroduction(expressionContexts, expressionFunctions, Object.entries(deprecatedKeys))}${new Reference(mergedSchema()).render()}`,
  }),
};
export default generator;
