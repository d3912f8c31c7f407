import { readFile, stat } from 'node:fs/promises';
import { HarnessError } from '../errors.ts';
import type { SourceLocation } from '../errors.ts';

/** A text that configuration was read from. */
export interface ConfigSource {
  /** Absolute path, or `<--set KEY>` for a flag. */
  readonly file: string;
  readonly text: string;
}

/** A part of a source, as offsets into its text; `end` is exclusive. */
export interface Span {
  readonly source: ConfigSource;
  readonly start: number;
  readonly end: number;
}

/** Largest configuration file that is read. */
const maxFileBytes = 16 * 1024 * 1024;

/**
 * Reads a configuration file as UTF-8, without its byte order mark.
 * @throws HarnessError CONFIG_UNREADABLE, or CONFIG_SYNTAX when it is no UTF-8 text
 */
export async function readSource(file: string): Promise<ConfigSource> {
  let bytes: Uint8Array;
  try {
    const { size } = await stat(file);
    if (size > maxFileBytes) throw tooLarge(file, size);
    bytes = await readFile(file);
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause;
    throw unreadable(file, cause);
  }
  if (bytes.length > maxFileBytes) throw tooLarge(file, bytes.length);
  try {
    return { file, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (cause) {
    throw new HarnessError({
      code: 'CONFIG_SYNTAX',
      message: `${file} is not UTF-8 text`,
      hint: 'Save the file with the encoding UTF-8.',
      location: { file, line: 1, column: 1 },
      cause,
    });
  }
}

const lineStartsOf = new WeakMap<ConfigSource, readonly number[]>();

/** Line and column of an offset, both from 1; columns count UTF-16 units, as editors do. */
export function positionOf(source: ConfigSource, offset: number): { line: number; column: number } {
  const starts = lineStarts(source);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

const spanOf = new WeakMap<SourceLocation, Span>();

/** Where a span begins. */
export function locationOf(span: Span): SourceLocation {
  const location = { file: span.source.file, ...positionOf(span.source, span.start) };
  spanOf.set(location, span);
  return location;
}

/** The caret frame of a place that loading a configuration gave; undefined for any other object, copies included. */
export function frameAt(location: SourceLocation): string | undefined {
  const span = spanOf.get(location);
  return span === undefined ? undefined : frameOf(span);
}

const frameWidth = 96;

/**
 * The line a span begins on with carets below it, cut to a readable width:
 *
 *       14 |         timout_override_seconds: 10
 *          |         ^^^^^^^^^^^^^^^^^^^^^^^
 */
export function frameOf(span: Span): string {
  const { line, column } = positionOf(span.source, span.start);
  const lineStart = span.start - (column - 1);
  const lineEnd = endOfLine(span.source.text, lineStart);
  const text = span.source.text.slice(lineStart, lineEnd);
  const from = column - 1;
  const until = Math.max(from + 1, Math.min(span.end, lineEnd) - lineStart);
  const skip = until <= frameWidth ? 0 : Math.max(0, from - 24);
  const shown = text.slice(skip, skip + frameWidth);
  const head = skip > 0 ? '…' : '';
  const tail = skip + frameWidth < text.length ? '…' : '';
  const blank = text.slice(skip, from).replaceAll(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, Math.min(until - from, frameWidth - (from - skip))));
  const gutter = String(line).padStart(4);
  return `${gutter} | ${head}${shown}${tail}\n${' '.repeat(gutter.length)} | ${' '.repeat(head.length)}${blank}${carets}`;
}

function lineStarts(source: ConfigSource): readonly number[] {
  const known = lineStartsOf.get(source);
  if (known !== undefined) return known;
  const starts = [0];
  const { text } = source;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  lineStartsOf.set(source, starts);
  return starts;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  if (end === -1) return text.length;
  return text[end - 1] === '\r' ? end - 1 : end;
}

function tooLarge(file: string, bytes: number): HarnessError {
  const mib = (bytes / 1024 / 1024).toFixed(1);
  return new HarnessError({
    code: 'CONFIG_UNREADABLE',
    message: `${file} is larger than a configuration may be: ${mib} MiB, the limit is ${maxFileBytes / 1024 / 1024} MiB`,
    hint: 'Split the suites into several files and name them under include.',
  });
}

function unreadable(file: string, cause: unknown): HarnessError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  const [reason, hint] = reasons[code ?? ''] ?? ['cannot be read', undefined];
  return new HarnessError({ code: 'CONFIG_UNREADABLE', message: `${file} ${reason}`, hint, cause });
}

const reasons: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  ENOENT: ['does not exist', 'Name the file with --config, or write a first one with mcp-test-harness init.'],
  EISDIR: ['is a directory', 'Name the file inside it.'],
  ENOTDIR: ['does not exist', 'A part of the path is a file, not a directory.'],
  EACCES: ['may not be read', 'Check the permissions of the file.'],
};
