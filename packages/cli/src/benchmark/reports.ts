import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { benchmarkReporters, createBenchmarkReporter } from '@mcp-test-harness/report/benchmark';
import { paint, type Io } from '../io.ts';
import { ReportDocuments } from '../report-documents.ts';
import { readReportTargets, refuseSecondStdout, stdoutKind } from '../report-targets.ts';

/** What was asked for. */
export interface BenchmarkReportOptions {
  /** Values of `--report`. */
  readonly reports: readonly string[];
  readonly json: boolean;
  readonly quiet: boolean;
  /** What stdout gets when no report wants it; undefined: nothing. */
  readonly otherwise: 'terminal' | undefined;
}

/** Where a benchmark run goes. */
export interface BenchmarkReports {
  /** Writes every document and shows the result. @throws HarnessError IO_WRITE after all others were written */
  write(result: BenchmarkResult): Promise<void>;
}

/** Tries every path before anything is measured. @throws HarnessError USAGE, IO_WRITE */
export async function openBenchmarkReports(
  { reports, json, quiet, otherwise }: BenchmarkReportOptions,
  io: Io,
): Promise<BenchmarkReports> {
  const targets = readReportTargets(reports, io, benchmarkReporters);
  const asked = stdoutKind(targets);
  if (json) refuseSecondStdout(asked);
  const kind = json ? 'json' : (asked ?? (quiet ? undefined : otherwise));
  const documents = await ReportDocuments.open<BenchmarkResult>(targets, createBenchmarkReporter, io);
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
  return {
    async write(result) {
      const { written, errors } = documents.write(result);
      for (const part of onStdout?.render(result) ?? []) io.stdout(part);
      if (!quiet) {
        const say = kind === 'terminal' ? io.stdout : io.stderr;
        for (const file of written) say(`${paint(io, 'dim', 'report')}  ${file}\n`);
      }
      if (errors.length > 0) throw errors[0];
    },
  };
}
