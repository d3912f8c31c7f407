import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { count, cutText, quote, renderValue } from './render.ts';
import type { ScriptResult } from './run-program.ts';

/** What a custom script is held to. */
export interface ScriptTerms {
  readonly expectedExitCode: number;
  readonly minScore: number | undefined;
  readonly timeoutMs: number;
}

/** Why a script's run does not count as a success, or undefined. Completes `<script> ...`. */
export function judgeScript(result: ScriptResult, terms: ScriptTerms): string | undefined {
  if (result.timedOut) return `did not end within ${terms.timeoutMs / 1000} s${outputOf(result)}`;
  const printed = findLastJsonObject(result.stdout);
  const said = printed?.['message'];
  const words = typeof said === 'string' && said !== '' ? `: ${said}` : undefined;
  if (result.exitCode !== terms.expectedExitCode) {
    const end =
      result.signal === null ? `exited with code ${result.exitCode}` : `was ended by ${result.signal}`;
    return `${end}, expected ${terms.expectedExitCode}${words ?? outputOf(result)}`;
  }
  if (printed === undefined) return judgeSilence(result, terms);
  const { success, score } = printed;
  if (success !== undefined && typeof success !== 'boolean') {
    return `printed success: ${renderValue(success, 60)}, which is neither true nor false`;
  }
  if (success === false) {
    const points = typeof score === 'number' ? ` with the score ${score}` : '';
    return `reported failure${points}${words ?? outputOf(result)}`;
  }
  if (terms.minScore === undefined) {
    if (success === true) return undefined;
    return `printed JSON without success: ${renderValue(printed)}`;
  }
  if (typeof score !== 'number')
    return `printed no score, and min_score is ${terms.minScore}: ${renderValue(printed)}`;
  return score >= terms.minScore
    ? undefined
    : `gave the score ${score}, below min_score ${terms.minScore}${words ?? ''}`;
}

/** The exit code decides alone, unless a verdict was meant to be printed. */
function judgeSilence(result: ScriptResult, { minScore }: ScriptTerms): string | undefined {
  const output = result.stdout.trim();
  if (minScore !== undefined)
    return `printed no {success, score, message}, and min_score is ${minScore}${outputOf(result)}`;
  return /^\s*[{[]/m.test(output)
    ? `printed something that is not the JSON {success, score, message}: ${quote(output, 300)}`
    : undefined;
}

function outputOf({ stdout, stderr }: ScriptResult): string {
  const stream =
    stderr.trim() === '' ? { name: 'stdout', text: stdout.trim() } : { name: 'stderr', text: stderr.trim() };
  if (stream.text === '') return '';
  const lines = stream.text.split('\n');
  const shown = lines.slice(-10).join('\n');
  const skipped = lines.length > 10 ? `… ${count(lines.length - 10, 'line')} before …\n` : '';
  return `; ${stream.name}:\n${skipped}${shown.length > 1500 ? `…${shown.slice(-1500)}` : cutText(shown, 1500)}`;
}

const attemptLimit = 200;

/** The last JSON object in a text that may hold log lines too; pretty-printed ones are found. */
export function findLastJsonObject(text: string): JsonObject | undefined {
  return findObjectAtEnd(text) ?? findObjectLine(text);
}

/** Tries every `{` before the last `}`, from the innermost outwards; one at the start of a line ends the search. */
function findObjectAtEnd(text: string): JsonObject | undefined {
  const end = text.lastIndexOf('}');
  let found: JsonObject | undefined;
  let start = end < 0 ? -1 : text.lastIndexOf('{', end);
  for (let attempts = 0; start >= 0 && attempts < attemptLimit; attempts += 1) {
    const value = tryParse(text.slice(start, end + 1));
    if (isJsonObject(value)) {
      found = value;
      if (text.slice(text.lastIndexOf('\n', start) + 1, start).trim() === '') return found;
    }
    start = start === 0 ? -1 : text.lastIndexOf('{', start - 1);
  }
  return found;
}

function findObjectLine(text: string): JsonObject | undefined {
  for (const line of text.split('\n').slice(-attemptLimit).toReversed()) {
    const value = line.trimStart().startsWith('{') ? tryParse(line) : undefined;
    if (isJsonObject(value)) return value;
  }
  return undefined;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
