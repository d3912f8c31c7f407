/** Answers longer than this are not looked into. */
const limitCharacters = 1_000_000;

/**
 * The texts in the content of an answer that are hard to read where they stand, escaped inside JSON: those of several lines,
 * and those that are JSON themselves unless the answer has the same as `structuredContent`.
 */
export function readHiddenTexts(response: string | undefined): readonly string[] {
  if (response === undefined || response.length > limitCharacters) return [];
  const result = memberOf(parse(response), 'result');
  const structured = memberOf(result, 'structuredContent') !== undefined;
  const texts = ['content', 'contents', 'messages'].flatMap((name) => {
    const items = memberOf(result, name);
    return Array.isArray(items) ? items.flatMap((item: unknown) => textOf(item)) : [];
  });
  return texts.filter((text) => (isJsonText(text) ? !structured : text.trimEnd().includes('\n')));
}

function isJsonText(text: string): boolean {
  return /^\s*[{[]/.test(text) && parse(text) !== undefined;
}

/** Of a content block, or of the one in a prompt's message. */
function textOf(item: unknown): readonly string[] {
  const text = memberOf(item, 'text') ?? memberOf(memberOf(item, 'content'), 'text');
  return typeof text === 'string' ? [text] : [];
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
