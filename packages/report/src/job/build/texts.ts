import type { SourceLocation } from '@mcp-test-harness/core';
import { isAbsolute, relative } from 'node:path';
import { cleanLine } from '../../text/clean-text.ts';
import { jobReportLimits } from '../limits.ts';
import type { Capped, ReportedLocation } from '../types.ts';

/** How much of everything goes into a report. */
export interface Bounds {
  readonly entries: number;
  /** UTF-16 units. */
  readonly text: number;
}

/** Brings texts, places and lists within bounds. */
export interface Trimmer {
  /** On one line, cleaned and cut. */
  readonly line: (text: string) => string;
  /** Undefined for what lies outside of the repository or in no file. */
  readonly place: (location: SourceLocation | undefined) => ReportedLocation | undefined;
  readonly list: <Item, Out>(items: readonly Item[], toOut: (item: Item) => Out) => Capped<Out>;
  /** A list of few: what is too much is left out. */
  readonly few: <Item, Out>(items: readonly Item[], toOut: (item: Item) => Out) => readonly Out[];
}

/** @param root absolute path of the repository */
export function createTrimmer(root: string, { entries, text }: Bounds): Trimmer {
  return {
    line: (value) => shorten(cleanLine(value.slice(0, text * 4)), text),
    place: (location) => placeIn(root, location),
    list: (items, toOut) => ({ total: items.length, shown: items.slice(0, entries).map(toOut) }),
    few: (items, toOut) => items.slice(0, Math.min(entries, jobReportLimits.few)).map(toOut),
  };
}

/** Cuts to a number of UTF-16 units, the ellipsis included, never through a surrogate pair. */
export function shorten(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function placeIn(root: string, location: SourceLocation | undefined): ReportedLocation | undefined {
  if (location === undefined || !isAbsolute(location.file)) return undefined;
  const file = relative(root, location.file).replaceAll('\\', '/');
  return isInside(file) && cleanLine(file) === file
    ? { file, line: location.line, column: location.column }
    : undefined;
}

/** Whether a path is one of a file below the root: relative, normal, and not too long. */
export function isInside(path: string): boolean {
  return (
    path !== '' &&
    path.length <= jobReportLimits.text &&
    !isAbsolute(path) &&
    !/^[a-z]:/i.test(path) &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}
