import type { RunResult } from '@mcp-test-harness/core';
import type { AuditResult } from '@mcp-test-harness/core/audit';
import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { createReporter, type DocumentParts } from '@mcp-test-harness/report';
import { createBenchmarkReporter } from '@mcp-test-harness/report/benchmark';
import type { JobReport } from '@mcp-test-harness/report/job';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What was found, of which documents are made. */
export interface FoundResults {
  readonly tests?: RunResult | undefined;
  readonly compliance?: RunResult | undefined;
  readonly audit?: AuditResult | undefined;
  readonly benchmark?: BenchmarkResult | undefined;
}

/** What the jobs of a matrix and the workflow for forks read. */
export const jobReportFile = 'job.json';

/** By kind of report, the name of its document. */
const ofTests = { json: 'results.json', junit: 'junit.xml', html: 'report.html' } as const;
const ofCompliance = {
  json: 'compliance.json',
  junit: 'compliance.junit.xml',
  html: 'compliance.html',
  sarif: 'compliance.sarif',
} as const;
const ofBenchmarks = { json: 'benchmark.json', html: 'benchmark.html' } as const;

/** Writes the documents of everything that was found. @param root what paths in them are relative to */
export async function writeDocuments(directory: string, found: FoundResults, root: string): Promise<void> {
  const context = {
    write: () => undefined,
    color: false,
    interactive: false,
    columns: 80,
    verbosity: 0,
    cwd: root,
  };
  for (const [result, names] of [
    [found.tests, ofTests],
    [found.compliance, ofCompliance],
  ] as const) {
    if (result === undefined) continue;
    for (const [kind, name] of Object.entries(names)) {
      const { render } = await createReporter(kind, context);
      write(join(directory, name), render?.(result) ?? []);
    }
  }
  const { benchmark, audit } = found;
  if (benchmark !== undefined) {
    for (const [kind, name] of Object.entries(ofBenchmarks)) {
      const { render } = await createBenchmarkReporter(kind, context);
      write(join(directory, name), render(benchmark));
    }
  }
  if (audit !== undefined) write(join(directory, 'audit.json'), [JSON.stringify(audit, undefined, 2), '\n']);
}

export function writeJobReport(directory: string, report: JobReport): void {
  write(join(directory, jobReportFile), [JSON.stringify(report), '\n']);
}

function write(file: string, parts: DocumentParts): void {
  writeFileSync(file, '');
  let text = '';
  const flush = (): void => {
    writeFileSync(file, text, { flag: 'a' });
    text = '';
  };
  for (const part of parts) {
    text += part;
    if (text.length > 64 * 1024) flush();
  }
  flush();
}
