/** How deep a value is taken apart; what lies below comes in one piece. In a result: a test. */
const depthOfPieces = 4;
const indentation = '  ';

/** `JSON.stringify(value, null, 2)` in pieces. */
export function* jsonParts(value: object): Generator<string> {
  yield* writeValue(value, 0);
}

function* writeValue(value: unknown, depth: number): Generator<string> {
  if (typeof value !== 'object' || value === null || depth >= depthOfPieces) {
    yield (JSON.stringify(value, null, 2) ?? 'null').replaceAll('\n', `\n${indentation.repeat(depth)}`);
    return;
  }
  const isList = Array.isArray(value);
  const members = isList
    ? value.map((item: unknown) => ['', item] as const)
    : Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(([key, member]: [string, unknown]) => [`${JSON.stringify(key)}: `, member] as const);
  if (members.length === 0) {
    yield isList ? '[]' : '{}';
    return;
  }
  const before = `\n${indentation.repeat(depth + 1)}`;
  let separator = isList ? '[' : '{';
  for (const [key, member] of members) {
    yield `${separator}${before}${key}`;
    yield* writeValue(member, depth + 1);
    separator = ',';
  }
  yield `\n${indentation.repeat(depth)}${isList ? ']' : '}'}`;
}
