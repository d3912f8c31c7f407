import type { RunEvent, RunResult } from '@mcp-test-harness/core';
import { HarnessError } from '@mcp-test-harness/core/errors';

/** What a reporter may know about where its text goes. Reporters never touch files or the console. */
export interface ReporterContext {
  /** For live reporters: writes to the stream the edge has chosen. */
  readonly write: (text: string) => void;
  readonly color: boolean;
  /** A terminal that can redraw lines. */
  readonly interactive: boolean;
  readonly columns: number;
  /** 0 normal, 1 to 3 for -v to -vvv. */
  readonly verbosity: number;
  /** Directory that paths are shown relative to. */
  readonly cwd: string;
}

/** The pieces of a document in order, made one by one: a report of ten thousand tests is never in memory whole. */
export type DocumentParts = Iterable<string>;

/**
 * A live reporter has `onEvent` and writes as the run goes; a document reporter has `render`,
 * a pure function of the result. One may have both.
 */
export interface Reporter {
  readonly onEvent?: (event: RunEvent) => void;
  /** Redraw and timers stop here; called once, also after an interruption. */
  readonly close?: () => void;
  readonly render?: (result: RunResult) => DocumentParts;
}

/** What a registry knows of a reporter; `R` is what it makes. */
export interface ReporterDefinition<R = Reporter> {
  readonly name: string;
  readonly description: string;
  /** File name used with `reporting.output_dir`; undefined for live reporters. */
  readonly defaultFile: string | undefined;
  readonly create: (context: ReporterContext) => R | Promise<R>;
}

/** Declares a reporter. Heavy dependencies are imported inside `create`. */
export function defineReporter(definition: ReporterDefinition): ReporterDefinition {
  return definition;
}

/**
 * Creates the reporter of that name.
 * @throws HarnessError USAGE when there is none
 */
export async function createFrom<R>(
  definitions: readonly ReporterDefinition<R>[],
  name: string,
  context: ReporterContext,
): Promise<R> {
  const definition = definitions.find((candidate) => candidate.name === name);
  if (definition === undefined) {
    throw new HarnessError({
      code: 'USAGE',
      message: `unknown report "${name}"`,
      hint: `Known: ${definitions.map((known) => known.name).join(', ')}.`,
    });
  }
  return await definition.create(context);
}
