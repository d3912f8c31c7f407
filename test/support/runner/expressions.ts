/** The contexts of a workflow that `with`, `env` and defaults of inputs may name. */
export type Contexts = Readonly<Record<string, unknown>>;

/**
 * Replaces `${{ a.b.c }}` and `${{ toJSON(a) }}`. Operators and other functions are none of the stand-in's: they are an
 * error, not an empty string.
 */
export function interpolate(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_whole, expression: string) => {
    const asJson = /^toJSON\(([\w.-]+)\)$/.exec(expression)?.[1];
    if (asJson !== undefined) return JSON.stringify(valueOf(asJson, contexts) ?? null);
    if (!/^[\w-]+(?:\.[\w-]+)+$/.test(expression))
      throw new Error(`the stand-in does not evaluate ${expression}`);
    const value = valueOf(expression, contexts);
    if (value === undefined || value === null) return '';
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

function valueOf(path: string, contexts: Contexts): unknown {
  let value: unknown = contexts;
  for (const name of path.split('.'))
    value =
      typeof value === 'object' && value !== null
        ? (value as Readonly<Record<string, unknown>>)[name]
        : undefined;
  return value;
}
