import { HarnessError } from '../errors.ts';
import { isJsonObject } from '../json.ts';
import { hasMeasured } from './compare/run-values.ts';
import { baselineVersion } from './document-version.ts';
import type { Baseline, BaselineEvent } from './document-schema.ts';
import { locateMember, locateSyntaxError } from '../locate-json.ts';

/** In UTF-16 units; the largest history that we write is a tenth of it. */
export const longestBaseline = 32 * 1024 * 1024;
/** Deepest nesting; contracts hold JSON Schemas, which nest. */
const deepestNesting = 200;

const mend =
  'Write it again from its journal with `mcp-test-harness baseline rebuild --suite NAME`, or go back with `baseline rollback`.';

/** The text of a baseline: readers of its first lines see what it is. */
export function writeBaseline(baseline: Baseline): string {
  return `${JSON.stringify(baseline, undefined, 1)}\n`;
}

/**
 * Reads the text of a baseline, which may come from anywhere: a cache, an artifact, a pull request.
 * @param file named in errors
 * @throws HarnessError IO_READ with the line of what is wrong: too large or too deep, no JSON, a newer version, a member
 *   that is missing, unknown, or no number that a measurement can have
 */
export async function parseBaseline(text: string, file: string): Promise<Baseline> {
  const value = parseUntrusted(text, file);
  const version = isJsonObject(value) ? value['version'] : undefined;
  if (typeof version === 'number' && version > baselineVersion) {
    throw new HarnessError({
      code: 'IO_READ',
      message: `${file} is a baseline of version ${version}, and this mcp-test-harness reads up to ${baselineVersion}`,
      hint: 'Use a newer mcp-test-harness.',
      location: await locateMember(text, file, ['version']),
    });
  }
  const { baselineSchema } = await import('./document-schema.ts');
  const { success, error } = baselineSchema.safeParse(value);
  // As it was read: a contract's member called __proto__ does not survive a copy.
  if (success) return value as Baseline;
  const [issue] = error.issues;
  const path = issue?.path ?? [];
  throw new HarnessError({
    code: 'IO_READ',
    message: `${file} is not a baseline: ${path.length === 0 ? 'the document' : path.join('.')}: ${issue?.message ?? 'invalid'}`,
    hint: mend,
    location: await locateMember(text, file, path),
  });
}

/** A journal, and how many of its lines could not be read. */
export interface ParsedJournal {
  readonly events: readonly BaselineEvent[];
  /** Numbers of lines that hold no event, from 1. */
  readonly faultyLines: readonly number[];
}

/** Reads a journal, of which every line stands for itself. */
export async function parseJournal(text: string): Promise<ParsedJournal> {
  const { baselineEventSchema } = await import('./document-schema.ts');
  const events: BaselineEvent[] = [];
  const faultyLines: number[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    try {
      const value = parseUntrusted(line, 'the journal');
      if (baselineEventSchema.safeParse(value).success) events.push(value as BaselineEvent);
      else faultyLines.push(index + 1);
    } catch {
      faultyLines.push(index + 1);
    }
  }
  return { events, faultyLines };
}

/** JSON of bounded size and depth, without members that touch prototypes outside of contracts. */
function parseUntrusted(text: string, file: string): unknown {
  if (text.length > longestBaseline) {
    throw new HarnessError({
      code: 'IO_READ',
      message: `${file} is too large for a baseline: ${text.length} characters, and ${longestBaseline} is the most`,
      hint: mend,
      location: { file, line: 1, column: 1 },
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new HarnessError({
      code: 'IO_READ',
      message: `${file} is corrupt, no JSON: ${message}`,
      hint: mend,
      location: locateSyntaxError(text, file, message),
      cause: error,
    });
  }
  const fault = findHostile(value);
  if (fault === undefined) return value;
  throw new HarnessError({
    code: 'IO_READ',
    message: `${file} is not a baseline: ${fault}`,
    hint: mend,
    location: { file, line: 1, column: 1 },
  });
}

/** Walks without recursion: a document may be nested deeper than the stack. */
function findHostile(root: unknown): string | undefined {
  const open: { readonly value: unknown; readonly depth: number; readonly inContract: boolean }[] = [
    { value: root, depth: 0, inContract: false },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth, inContract } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > deepestNesting) return `it is nested more than ${deepestNesting} deep`;
    if (!inContract && Object.hasOwn(value, '__proto__')) return 'it has a member called __proto__';
    for (const [key, member] of Object.entries(value))
      open.push({ value: member, depth: depth + 1, inContract: inContract || key === 'contract' });
  }
  return undefined;
}

/**
 * The response times of a document that may be ours or of another tool which keeps `response_times` too, as the
 * operational guide's validator reads them; of ours everything else is checked as well. Undefined: an approved run that
 * measured nothing has none.
 * @throws HarnessError IO_READ as {@link parseBaseline}
 */
export async function readResponseTimes(text: string, file: string): Promise<readonly number[] | undefined> {
  const value = parseUntrusted(text, file);
  if (isJsonObject(value) && value['kind'] === undefined && value['version'] === undefined) {
    const times = value['response_times'] ?? [];
    if (Array.isArray(times) && times.every((time) => Number.isFinite(time) && Number(time) >= 0))
      return times as readonly number[];
    throw new HarnessError({
      code: 'IO_READ',
      message: `${file}: response_times is no list of times in milliseconds`,
      location: await locateMember(text, file, ['response_times']),
    });
  }
  const { approved, response_times: times } = await parseBaseline(text, file);
  return hasMeasured(approved.run) ? times : undefined;
}
