import type { RunEvent, RunResult } from '@mcp-test-harness/core';
import { concludeRun } from '@mcp-test-harness/core/verdict';
import { createReporter, journalLine, resultFromJournal } from '@mcp-test-harness/report';
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import type { Io } from './io.ts';
import { ReportDocuments } from './report-documents.ts';
import type { ReportTarget } from './report-targets.ts';
import { guardWrite } from './write-atomically.ts';

interface Journal {
  readonly file: string;
  readonly descriptor: number;
}

/**
 * The files of a run. Each path is tried before the run starts, so that a bad one fails first. While the run goes
 * on, a journal beside the first file takes every result as it comes: a killed run leaves a readable partial report
 * (`mcp-test-harness report FILE.partial.jsonl`). Documents are written whole to a temporary name and renamed.
 */
export class ReportFiles {
  readonly #documents: ReportDocuments<RunResult>;
  readonly #journal: Journal | undefined;

  private constructor(documents: ReportDocuments<RunResult>, journal: Journal | undefined) {
    this.#documents = documents;
    this.#journal = journal;
  }

  /** @throws HarnessError IO_WRITE naming the file that cannot be written, USAGE for a file that is named twice */
  static async open(
    targets: readonly ReportTarget[],
    io: Io,
    options: { readonly journal: boolean },
  ): Promise<ReportFiles> {
    const documents = await ReportDocuments.open<RunResult>(targets, createReporter, io);
    const { firstFile } = documents;
    if (firstFile === undefined || !options.journal) return new ReportFiles(documents, undefined);
    const file = `${firstFile}.partial.jsonl`;
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
    const { written, errors } = this.#documents.write(result);
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
      const { written } = this.#documents.write({ ...partial, ...conclusion, incompleteReason: reason });
      return [...written, file];
    } catch {
      return [file];
    }
  }
}
