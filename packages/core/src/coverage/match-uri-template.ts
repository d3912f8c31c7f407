/** What one `{...}` of a URI template can become; RFC 6570, section 3.2. */
interface Expansion {
  /** Begins with this when it is there at all. */
  readonly prefix: string;
  /** Characters that it cannot hold. */
  readonly stops: RegExp;
  /** May be nothing, since its variables need not be set. */
  readonly optional: boolean;
}

const expansions: Readonly<Record<string, Expansion>> = {
  '': { prefix: '', stops: /[/?#]/, optional: false },
  '+': { prefix: '', stops: /[^\s\S]/, optional: false },
  '#': { prefix: '#', stops: /[^\s\S]/, optional: true },
  '.': { prefix: '.', stops: /[/?#]/, optional: true },
  '/': { prefix: '/', stops: /[?#]/, optional: true },
  ';': { prefix: ';', stops: /[/?#]/, optional: true },
  '?': { prefix: '?', stops: /#/, optional: true },
  '&': { prefix: '&', stops: /#/, optional: true },
};

/** Longer templates and URIs, in UTF-16 units, and templates of more expansions are taken not to match. */
const longest = 2048;
const mostExpansions = 16;

/**
 * True when the URI can be an expansion of the template (RFC 6570, all operators). Values are taken as servers take
 * them, percent-encoded or not. Time is bounded by the length of the URI times that of the template.
 */
export function matchesUriTemplate(template: string, uri: string): boolean {
  if (template.length > longest || uri.length > longest) return false;
  const parts = template.split(/(\{[^{}]*\})/).filter((part) => part !== '');
  if (parts.length > 2 * mostExpansions + 1) return false;
  /** Where the parts so far may have ended. */
  let ends: ReadonlySet<number> = new Set([0]);
  for (const part of parts) {
    const [, operator] = /^\{([+#./;?&]?)[^{}]*\}$/.exec(part) ?? [];
    const expansion = operator === undefined ? undefined : expansions[operator];
    ends = expansion === undefined ? afterLiteral(part, uri, ends) : afterExpansion(expansion, uri, ends);
    if (ends.size === 0) return false;
  }
  return ends.has(uri.length);
}

function afterLiteral(literal: string, uri: string, starts: ReadonlySet<number>): ReadonlySet<number> {
  const ends = [...starts].filter((at) => uri.startsWith(literal, at)).map((at) => at + literal.length);
  return new Set(ends);
}

function afterExpansion(
  { prefix, stops, optional }: Expansion,
  uri: string,
  starts: ReadonlySet<number>,
): ReadonlySet<number> {
  const ends = new Set<number>();
  for (const start of starts) {
    if (!uri.startsWith(prefix, start)) continue;
    for (let at = start + prefix.length; at < uri.length && !stops.test(uri.charAt(at)); at += 1) {
      // Where an earlier start has passed, all that follows is known already.
      if (ends.has(at + 1)) break;
      ends.add(at + 1);
    }
  }
  return optional ? new Set([...starts, ...ends]) : ends;
}
