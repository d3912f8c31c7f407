import type { RunResult } from '@mcp-test-harness/core';
import type { ComplianceResult, ComplianceVerdict } from '@mcp-test-harness/core/compliance';
import { createReporter } from '@mcp-test-harness/report';
import { paint, type Io } from '../io.ts';
import { ReportFiles } from '../report-files.ts';
import { readReportTargets, refuseSecondStdout, stdoutKind } from '../report-targets.ts';
import { createProgress, type Progress } from './progress.ts';
import { renderCompliance } from './render-result.ts';

type Verdict = ComplianceVerdict & { readonly strict: boolean };

/** Where a compliance run goes. */
interface ComplianceReports {
  /** Unset when stdout belongs to a document. */
  readonly progress: Progress | undefined;
  /** Shows the result and writes every document. */
  write(result: ComplianceResult, verdict: Verdict, run: RunResult): Promise<void>;
}

/** Tries every path before the run starts. @throws HarnessError USAGE, IO_WRITE */
export async function openReports(
  reports: readonly string[],
  json: boolean,
  io: Io,
): Promise<ComplianceReports> {
  const targets = readReportTargets(reports, io);
  const onStdout = stdoutKind(targets);
  if (json) refuseSecondStdout(onStdout);
  const files = await ReportFiles.open(targets, io, { journal: false });
  const forPeople = !json && (onStdout === undefined || onStdout === 'terminal');
  return {
    progress: forPeople ? createProgress(io) : undefined,
    write: async (result, verdict, run) => {
      if (forPeople) io.stdout(renderCompliance(result, verdict, io));
      else if (json) io.stdout(`${JSON.stringify({ ...result, verdict }, undefined, 2)}\n`);
      else if (onStdout !== undefined) await writeDocument(onStdout, run, io);
      for (const file of await files.finish(run))
        (forPeople ? io.stdout : io.stderr)(`${paint(io, 'dim', 'report')}  ${file}\n`);
    },
  };
}

async function writeDocument(kind: string, run: RunResult, io: Io): Promise<void> {
  const { render } = await createReporter(kind, {
    write: io.stdout,
    color: false,
    interactive: false,
    columns: io.columns,
    verbosity: io.verbosity,
    cwd: io.cwd,
  });
  for (const part of render?.(run) ?? []) io.stdout(part);
}
