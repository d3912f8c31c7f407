import { HarnessError, toHarnessError } from '@mcp-test-harness/core/errors';
import type { Encryptor } from '../secrets/index.ts';
import { makeReportFolder, writeReportFile } from './report-folder.ts';
import { placeOfReport, sealedSuffix } from './read-report.ts';

export interface ReportWriterSettings {
  readonly outputDir: string;
  /** Relative to it. */
  readonly reportPath: string;
  /** Undefined: reports are written as they are. */
  readonly encryptor: Encryptor | undefined;
}

/** A larger report is not kept, in UTF-16 units. */
const longestReport = 64 * 1024 * 1024;

/**
 * The reports of one run, which come in pieces. What a report needs and cannot have, space or a key, costs the report and
 * not the run: its verdict is known. With an encryptor nothing reaches the disk in the clear.
 */
export class ReportWriter {
  readonly #settings: ReportWriterSettings;
  readonly #pieces = new Map<string, { readonly texts: string[]; length: number }>();
  #folder: Promise<string> | undefined;

  constructor(settings: ReportWriterSettings) {
    this.#settings = settings;
  }

  add(name: string, text: string): void {
    let pieces = this.#pieces.get(name);
    if (pieces === undefined) this.#pieces.set(name, (pieces = { texts: [], length: 0 }));
    pieces.length += text.length;
    if (pieces.length > longestReport) pieces.texts.length = 0;
    else pieces.texts.push(text);
  }

  /** Writes what was added. Names of what is there now, and a sentence for each that is not. Never throws. */
  async finish(): Promise<{
    readonly written: readonly string[];
    readonly problems: readonly HarnessError[];
  }> {
    const written: string[] = [];
    const problems: HarnessError[] = [];
    for (const [name, { texts, length }] of this.#pieces) {
      try {
        if (length > longestReport) throw tooLong(name);
        await this.#write(name, texts.join(''));
        written.push(name);
      } catch (error) {
        problems.push(toHarnessError(error));
      }
      texts.length = 0;
    }
    return { written, problems };
  }

  async #write(name: string, text: string): Promise<void> {
    const { outputDir, reportPath, encryptor } = this.#settings;
    const sealed = await encryptor?.seal(text, placeOfReport(reportPath, name));
    const folder = await (this.#folder ??= makeReportFolder(outputDir, reportPath));
    await writeReportFile(folder, sealed === undefined ? name : `${name}${sealedSuffix}`, sealed ?? text);
  }
}

function tooLong(name: string): HarnessError {
  return new HarnessError({
    code: 'IO_WRITE',
    message: `${name} would have more than ${longestReport / 1024 / 1024} million characters`,
    hint: 'Split the suites over several schedules.',
  });
}
