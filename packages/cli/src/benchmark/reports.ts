import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { benchmarkReporters, createBenchmarkReporter } from '@mcp-test-harness/report/benchmark';
import { paint, type Io } from '../io.ts';
import { PartialResult } from './partial-result.ts';
import { ReportDocuments } from '../report-documents.ts';
import { saysFiles } from '../log-level.ts';
import { configuredTargets, readReportTargets, refuseSecondStdout, stdoutKind } from '../report-targets.ts';

/** What was asked for. */
export interface BenchmarkReportOptions {
  /** Values of `--report`. */
  readonly reports: readonly string[];
  readonly json: boolean;
  /** `reporting.formats`, and where they go; undefined without a configuration. */
  readonly configured?:
    { readonly formats: readonly string[]; readonly outputDir: string | undefined } | undefined;
  readonly quiet: boolean;
  /** What stdout gets when no report wants it; undefined: nothing. */
  readonly otherwise: 'terminal' | undefined;
}

/** Where a benchmark run goes. */
export interface BenchmarkReports {
  /**
   * Keeps what had been measured by now beside the first file, for when the run is killed
   * (`mcp-test-harness report FILE.partial.json`). Not more often than is worth it; never throws.
   */
  keep(partial: () => BenchmarkResult): void;
  /** Writes every document and shows the result. @throws HarnessError IO_WRITE after all others were written */
  write(result: BenchmarkResult): Promise<void>;
}

/** Tries every path before anything is measured. @throws HarnessError USAGE, IO_WRITE */
export async function openBenchmarkReports(
  { reports, json, configured, quiet, otherwise }: BenchmarkReportOptions,
  io: Io,
): Promise<BenchmarkReports> {
  const targets = readReportTargets(reports, io, benchmarkReporters);
  const asked = stdoutKind(targets);
  if (json) refuseSecondStdout(asked);
  const kind = json ? 'json' : (asked ?? (quiet ? undefined : otherwise));
  const documents = await ReportDocuments.open<BenchmarkResult>(
    [...targets, ...configuredTargets(configured?.formats ?? [], configured?.outputDir, benchmarkReporters)],
    createBenchmarkReporter,
    io,
  );
  const onStdout =
    kind === undefined
      ? undefined
      : await createBenchmarkReporter(kind, {
          write: io.stdout,
          color: io.color && kind === 'terminal',
          interactive: false,
          columns: io.columns,
          verbosity: io.verbosity,
          cwd: io.cwd,
        });
  const partial = new PartialResult(documents.firstFile, io);
  return {
    keep: (result) => partial.keep(result),
    async write(result) {
      const { written, errors } = documents.write(result);
      if (errors.length === 0) partial.remove();
      for (const part of onStdout?.render(result) ?? []) io.stdout(part);
      if (!quiet && saysFiles(io)) {
        const say = kind === 'terminal' ? io.stdout : io.stderr;
        for (const file of written) say(`${paint(io, 'dim', 'report')}  ${file}\n`);
      }
      if (errors.length > 0) throw errors[0];
    },
  };
}
