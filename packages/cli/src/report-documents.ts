import type { DocumentParts, ReporterContext } from '@mcp-test-harness/report';
import type { Io } from './io.ts';
import { distinctFiles, type ReportTarget } from './report-targets.ts';
import { probeWrite, writeAtomically } from './write-atomically.ts';

/** Reports show what servers have answered, which is not for everybody on the machine. */
const directoryMode = 0o750;

/** What makes the text of a file; live reporters make none. */
export interface DocumentReporter<Result> {
  readonly render?: ((result: Result) => DocumentParts) | undefined;
}

interface Document<Result> {
  readonly file: string;
  readonly reporter: DocumentReporter<Result>;
}

/** Which documents were written, and what went wrong with the others. */
export interface WrittenDocuments {
  readonly written: readonly string[];
  readonly errors: readonly unknown[];
}

/** The documents of a result, whatever kind it is. Each path is tried first, so that a bad one fails before the work. */
export class ReportDocuments<Result> {
  readonly #documents: readonly Document<Result>[];

  private constructor(documents: readonly Document<Result>[]) {
    this.#documents = documents;
  }

  /** @throws HarnessError IO_WRITE naming the file that cannot be written, USAGE for a file that is named twice */
  static async open<Result>(
    targets: readonly ReportTarget[],
    create: (kind: string, context: ReporterContext) => Promise<DocumentReporter<Result>>,
    io: Io,
  ): Promise<ReportDocuments<Result>> {
    const context = {
      write: io.stdout,
      color: false,
      interactive: false,
      columns: 80,
      verbosity: io.verbosity,
      cwd: io.cwd,
    };
    const documents: Document<Result>[] = [];
    for (const { kind, file } of distinctFiles(targets)) {
      documents.push({ file, reporter: await create(kind, context) });
      probeWrite(file, directoryMode);
    }
    return new ReportDocuments(documents);
  }

  /** The first file, beside which a journal may lie. */
  get firstFile(): string | undefined {
    return this.#documents[0]?.file;
  }

  /** Writes each whole under another name, then renames it. One that fails does not keep the others from being written. */
  write(result: Result): WrittenDocuments {
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
