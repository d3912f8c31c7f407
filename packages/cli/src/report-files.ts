import type { RunEvent, RunResult } from '@mcp-test-harness/core';
import { HarnessError } from '@mcp-test-harness/core/errors';
import { concludeRun } from '@mcp-test-harness/core/verdict';
import {
  createReporter,
  journalLine,
  reporters,
  resultFromJournal,
  type Reporter,
} from '@mcp-test-harness/report';
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Io } from './io.ts';
import { nearestName } from '@mcp-test-harness/core/nearest';
import { guardWrite, probeWrite, writeAtomically } from './write-atomically.ts';

/** One `--report KIND[:FILE]`. */
export interface ReportTarget {
  readonly kind: string;
  /** Absolute; undefined means stdout. */
  readonly file: string | undefined;
}

/**
 * Reads `--report` values; the kinds come from the registry.
 * @throws HarnessError USAGE for what could not be written as it is asked for
 */
export function readReportTargets(values: readonly string[], io: Io): readonly ReportTarget[] {
  const targets = values.map((value) => readTarget(value, io));
  if (targets.filter(({ file }) => file === undefined).length > 1) {
    throw new HarnessError({
      code: 'USAGE',
      message: 'two reports want stdout',
      hint: 'Give all but one of them a file: --report json:results.json.',
    });
  }
  return targets;
}

function readTarget(value: string, io: Io): ReportTarget {
  const [, kind = '', file] = /^([^:]*)(?::(.*))?$/s.exec(value) ?? [];
  const definition = reporters.find(({ name }) => name === kind);
  if (definition === undefined) {
    const known = reporters.map(({ name }) => name);
    const near = nearestName(kind, known);
    throw new HarnessError({
      code: 'USAGE',
      message: `unknown report "${kind}"`,
      hint: `${near === undefined ? '' : `Did you mean ${near}? `}Known: ${known.join(', ')}. For example --report html:report.html.`,
    });
  }
  if (file === '') {
    throw new HarnessError({
      code: 'USAGE',
      message: `--report ${value} names no file`,
      hint: 'For example --report json:results.json.',
    });
  }
  if (file !== undefined && definition.defaultFile === undefined) {
    throw new HarnessError({
      code: 'USAGE',
      message: `--report ${value}: the ${kind} report goes only to the screen`,
      hint: `Send the output of the command to the file (> ${file}), or choose a report that is a document: --report markdown:${file}.`,
    });
  }
  return { kind, file: file === undefined ? undefined : resolve(io.cwd, file) };
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

interface FileTarget extends ReportTarget {
  readonly file: string;
}

interface Document {
  readonly file: string;
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

  /** @throws HarnessError IO_WRITE naming the file that cannot be written, USAGE for a file that is named twice */
  static async open(
    targets: readonly ReportTarget[],
    io: Io,
    options: { readonly journal: boolean },
  ): Promise<ReportFiles> {
    const context = {
      write: io.stdout,
      color: false,
      interactive: false,
      columns: 80,
      verbosity: io.verbosity,
      cwd: io.cwd,
    };
    const documents: Document[] = [];
    for (const { kind, file } of distinct(targets)) {
      documents.push({ file, reporter: await createReporter(kind, context) });
      probeWrite(file);
    }
    const [first] = documents;
    if (first === undefined || !options.journal) return new ReportFiles(documents, undefined);
    const file = `${first.file}.partial.jsonl`;
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
    const { written, errors } = this.#write(result);
    if (this.#journal !== undefined) {
      closeSync(this.#journal.descriptor);
      if (errors.length === 0) rmSync(this.#journal.file, { force: true });
    }
    if (errors.length > 0) throw errors[0];
    return written;
  }

  /**
   * For a run that broke: writes what the journal holds as an incomplete result. The journal stays, closed and readable.
   * Never throws, since the error that broke the run is the one to show.
   */
  async salvage(reason: string): Promise<readonly string[]> {
    if (this.#journal === undefined) return [];
    const { file, descriptor } = this.#journal;
    try {
      closeSync(descriptor);
      const partial = resultFromJournal(readFileSync(file, 'utf8'));
      const conclusion = concludeRun({ ...partial, interrupted: false });
      const { written } = this.#write({ ...partial, ...conclusion, incompleteReason: reason });
      return [...written, file];
    } catch {
      return [file];
    }
  }

  #write(result: RunResult): { readonly written: string[]; readonly errors: unknown[] } {
    const written: string[] = [];
    const errors: unknown[] = [];
    for (const { file, reporter } of this.#documents) {
      try {
        const parts = reporter.render?.(result);
        if (parts === undefined) continue;
        writeAtomically(file, parts);
        written.push(file);
      } catch (error) {
        errors.push(error);
      }
    }
    return { written, errors };
  }
}

/** Those that have a file, each once. */
function distinct(targets: readonly ReportTarget[]): readonly FileTarget[] {
  const byFile = new Map<string, FileTarget>();
  for (const { kind, file } of targets) {
    if (file === undefined) continue;
    const other = byFile.get(file);
    if (other !== undefined && other.kind !== kind) {
      throw new HarnessError({
        code: 'USAGE',
        message: `the ${other.kind} report and the ${kind} report both want ${file}`,
        hint: 'Give each a file of its own.',
      });
    }
    byFile.set(file, { kind, file });
  }
  return [...byFile.values()];
}
