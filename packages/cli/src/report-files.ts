import type { RunEvent, RunResult } from '@mcp-test-harness/core';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { createReporter, journalLine, reporters, type Reporter } from '@mcp-test-harness/report';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Io } from './io.ts';
import { nearest } from './nearest.ts';
import { guardWrite, temporaryName, writeAtomically } from './write-atomically.ts';

/** One `--report KIND[:FILE]`. */
export interface ReportTarget {
  readonly kind: string;
  /** Absolute; undefined means stdout. */
  readonly file: string | undefined;
}

/** Reads `--report` values; the kinds come from the registry. */
export function readReportTargets(values: readonly string[], io: Io): readonly ReportTarget[] {
  return values.map((value) => {
    const [, kind = '', file] = /^([^:]*)(?::(.*))?$/s.exec(value) ?? [];
    const known = reporters.map(({ name }) => name);
    if (!known.includes(kind)) {
      const near = nearest(kind, known);
      throw new HarnessError({
        code: 'USAGE',
        message: `unknown report "${kind}"`,
        hint: `${near === undefined ? '' : `Did you mean ${near}? `}Known: ${known.join(', ')}. For example --report html:report.html.`,
      });
    }
    if (file === '')
      throw new HarnessError({
        code: 'USAGE',
        message: `--report ${value} names no file`,
        hint: 'For example --report json:results.json.',
      });
    return { kind, file: file === undefined ? undefined : resolve(io.cwd, file) };
  });
}

/** The targets that `reporting.formats` and `reporting.output_dir` ask for. */
export function configuredTargets(
  formats: readonly string[],
  outputDir: string | undefined,
): readonly ReportTarget[] {
  if (outputDir === undefined) return [];
  return formats.flatMap((kind) => {
    const file = reporters.find(({ name }) => name === kind)?.defaultFile;
    return file === undefined ? [] : [{ kind, file: resolve(outputDir, file) }];
  });
}

interface Journal {
  readonly file: string;
  readonly descriptor: number;
}

interface Document {
  readonly target: ReportTarget & { readonly file: string };
  readonly reporter: Reporter;
}

/**
 * The files of a run. Each path is tried before the run starts, so that a bad one fails first. While the run goes
 * on, a journal beside the first file takes every result as it comes: a killed run leaves a readable partial report
 * (`mcp-test-harness report FILE.partial.jsonl`). Documents are written whole to a temporary name and renamed.
 */
export class ReportFiles {
  readonly #documents: readonly Document[];
  readonly #journal: Journal | undefined;

  private constructor(documents: readonly Document[], journal: Journal | undefined) {
    this.#documents = documents;
    this.#journal = journal;
  }

  /** @throws HarnessError IO_WRITE naming the file that cannot be written */
  static async open(targets: readonly ReportTarget[], io: Io): Promise<ReportFiles> {
    const documents: Document[] = [];
    for (const target of targets) {
      const { file } = target;
      if (file === undefined) continue;
      const context = {
        write: io.stdout,
        color: false,
        interactive: false,
        columns: 80,
        verbosity: io.verbosity,
        cwd: io.cwd,
      };
      documents.push({ target: { ...target, file }, reporter: await createReporter(target.kind, context) });
      guardWrite(file, () => {
        mkdirSync(dirname(file), { recursive: true });
        closeSync(openSync(temporaryName(file), 'w'));
        rmSync(temporaryName(file));
      });
    }
    const first = documents[0];
    if (first === undefined) return new ReportFiles(documents, undefined);
    const file = `${first.target.file}.partial.jsonl`;
    return new ReportFiles(documents, { file, descriptor: guardWrite(file, () => openSync(file, 'w')) });
  }

  /** Appends to the journal: one write a line, so that a kill can cut only the last one. */
  onEvent(event: RunEvent): void {
    if (this.#journal === undefined) return;
    const line = journalLine(event);
    if (line !== undefined) writeSync(this.#journal.descriptor, line);
  }

  /**
   * Writes every document. One that fails does not keep the others from being written; the first error is thrown at the
   * end, and the journal then stays.
   */
  async finish(result: RunResult): Promise<readonly string[]> {
    const written: string[] = [];
    const errors: unknown[] = [];
    for (const { target, reporter } of this.#documents) {
      try {
        const text = await reporter.render?.(result);
        if (text === undefined) continue;
        writeAtomically(target.file, text);
        written.push(target.file);
      } catch (error) {
        errors.push(error);
      }
    }
    if (this.#journal !== undefined) {
      closeSync(this.#journal.descriptor);
      if (errors.length === 0) rmSync(this.#journal.file, { force: true });
    }
    if (errors.length > 0) throw errors[0];
    return written;
  }
}
