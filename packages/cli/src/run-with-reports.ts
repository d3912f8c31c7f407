import type { RunListener, RunResult } from '@mcp-test-harness/core';
import { createMultiplexer, createReporter } from '@mcp-test-harness/report';
import { listenForInterrupt } from './interrupt.ts';
import { paint, type Io } from './io.ts';
import { saysFiles } from './log-level.ts';
import { ReportFiles } from './report-files.ts';
import { configuredTargets, readReportTargets } from './report-targets.ts';

/** A run and where its reports go. */
export interface ReportedRun {
  /** Values of `--report`. */
  readonly reports: readonly string[];
  /** `reporting.formats`. */
  readonly formats: readonly string[];
  readonly outputDir: string | undefined;
  readonly quiet: boolean;
  /** Executes the plan; resolves with the result also when `signal` cut it short. Rejects only for a fault of ours. */
  readonly execute: (onEvent: RunListener, signal: AbortSignal) => Promise<RunResult>;
}

/** The report that stdout gets: the one asked for, the terminal otherwise; undefined for none. */
export function stdoutReport(reports: readonly string[], quiet: boolean): string | undefined {
  return reports.find((value) => !value.includes(':')) ?? (quiet ? undefined : 'terminal');
}

/** Runs, reports live and in files, and gives the exit code. However it ends, nothing stays open. */
export async function runWithReports(run: ReportedRun, io: Io): Promise<number> {
  const targets = readReportTargets(run.reports, io);
  const stdoutKind = stdoutReport(run.reports, run.quiet);
  const live =
    stdoutKind === undefined
      ? undefined
      : await createReporter(stdoutKind, {
          write: io.stdout,
          color: io.color,
          // Frames that scroll by would break what is redrawn.
          interactive: io.interactive && io.verbosity < 3,
          columns: io.columns,
          verbosity: io.verbosity,
          cwd: io.cwd,
        });
  const files = await ReportFiles.open([...targets, ...configuredTargets(run.formats, run.outputDir)], io, {
    journal: true,
  });
  const onEvent = createMultiplexer(
    [
      { name: 'journal', onEvent: (event) => files.onEvent(event) },
      { name: stdoutKind ?? '', onEvent: live?.onEvent },
    ],
    (name, error) =>
      io.stderr(
        `${paint(io, 'yellow', 'warning')}  the ${name} report failed and was switched off: ${String(error)}\n`,
      ),
  );

  const interrupt = listenForInterrupt(io);
  const result = await run
    .execute(onEvent, interrupt.signal)
    .finally(() => {
      live?.close?.();
      interrupt.dispose();
    })
    .catch(async (error: unknown) => {
      const kept = await files.salvage('mcp-test-harness itself failed');
      for (const file of kept) io.stderr(`${paint(io, 'dim', 'what was found until then')}  ${file}\n`);
      throw error;
    });
  const written = await files.finish(result);
  for (const part of live?.render?.(result) ?? []) io.stdout(part);
  if (!run.quiet && stdoutKind === 'terminal' && saysFiles(io)) {
    for (const file of written) io.stdout(`${paint(io, 'dim', 'report')}  ${file}\n`);
  }
  return result.exitCode;
}
