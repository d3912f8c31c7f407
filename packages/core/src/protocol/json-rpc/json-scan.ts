/** Deepest nesting that is handed on: recursive code behind us (stringify, validators, diffs) must not overflow. */
export const maxDepth = 1000;

/** Progress of {@link scanJson} over a text that comes in pieces. */
export interface JsonScan {
  depth: number;
  deepest: number;
  inString: boolean;
  escaped: boolean;
}

export function startScan(): JsonScan {
  return { depth: 0, deepest: 0, inString: false, escaped: false };
}

/** Follows brackets and strings through one more piece of text, in linear time and without judging it. */
export function scanJson(scan: JsonScan, text: string): void {
  let { depth, deepest, inString, escaped } = scan;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (escaped) escaped = false;
      else if (code === 92) escaped = true;
      else if (code === 34) inString = false;
    } else if (code === 34) {
      inString = true;
    } else if (code === 123 || code === 91) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (code === 125 || code === 93) {
      depth -= 1;
    }
  }
  scan.depth = depth;
  scan.deepest = deepest;
  scan.inString = inString;
  scan.escaped = escaped;
}

/** True when a text nests deeper than {@link maxDepth}; short texts cannot and are not looked at. */
export function nestsTooDeep(text: string): boolean {
  if (text.length < 2 * maxDepth) return false;
  const scan = startScan();
  scanJson(scan, text);
  return scan.deepest > maxDepth;
}

/**
 * True when a text that does not parse may be the beginning of a JSON object or array: it is right as far as it goes
 * and ends too early. `error` is what JSON.parse threw.
 */
export function mayContinue(text: string, error: unknown): boolean {
  const first = text.trimStart()[0];
  if (first !== '{' && first !== '[') return false;
  const message = error instanceof Error ? error.message : '';
  if (message.startsWith('Unexpected end') || message.startsWith('Unterminated string')) return true;
  const position = / at position (\d+)/.exec(message)?.[1];
  if (position === undefined || Number(position) < text.trimEnd().length) return false;
  const scan = startScan();
  scanJson(scan, text);
  return scan.depth > 0;
}

/** The id that a message seems to have whose text cannot be parsed; undefined when none can be made out. */
export function guessId(text: string): string | number | undefined {
  const matches = [...text.matchAll(/"id"\s*:\s*(?:(-?\d{1,15})(?=\s*[,}])|"([^"\\]{1,100})")/g)];
  const first = matches[0];
  const last = matches.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const envelope = /^\s*\{\s*"(?:jsonrpc|id)"/.test(text) && first.index < 64 ? first : last;
  return envelope[1] === undefined ? envelope[2] : Number(envelope[1]);
}
