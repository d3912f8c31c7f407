import type { RunResult } from '@mcp-test-harness/core';
import type { BenchmarkResult } from '@mcp-test-harness/core/benchmark';
import { renderBenchmarkMarkdown } from '../../benchmark/render-markdown.ts';
import { renderMarkdown } from '../../markdown/render-markdown.ts';
import { latestReports } from '../reports.ts';
import type { JobReport, ReportLink } from '../types.ts';
import { gatherChanges } from './changes.ts';
import { renderFooter } from './footer.ts';
import { createLinker } from './links.ts';
import { renderPage } from './page.ts';
import { Room } from './room.ts';

/** What the summary of a job may hold besides. */
export interface SummaryOptions {
  /** `https://github.com/owner/name`; undefined: no links. */
  readonly repositoryUrl?: string | undefined;
  readonly links?: readonly ReportLink[] | undefined;
  /** UTF-8. Default: 1,000,000; GitHub refuses what has more than 1 MiB, with the step still green. */
  readonly limitBytes?: number | undefined;
  /** The results themselves: expected and actual values, frames, tables. */
  readonly details?:
    | {
        readonly tests?: RunResult | undefined;
        readonly compliance?: RunResult | undefined;
        readonly benchmark?: BenchmarkResult | undefined;
        /** Absolute path of the repository. */
        readonly root: string;
      }
    | undefined;
}

const defaultLimitBytes = 1_000_000;
/** Lines of changes that are seen without unfolding. */
const lines = 60;

/** A job, or all jobs of a matrix, for the page of the run: the verdict first, what changed, then all tables. */
export function renderJobSummary(given: readonly JobReport[], options: SummaryOptions = {}): string {
  const { repositoryUrl, links = [], limitBytes = defaultLimitBytes, details } = options;
  const reports = latestReports(given);
  const linker = createLinker(repositoryUrl);
  const room = new Room(limitBytes);
  const footer = room.take(renderFooter(reports, links, linker));
  const page = renderPage(reports, gatherChanges(reports), { linker, heading: '##', lines }, room);
  return `${page}${details === undefined ? '' : renderDetails(details, room)}${footer}`;
}

/** Each whole or not at all: the pieces keep to a limit of their own. */
function renderDetails(details: NonNullable<SummaryOptions['details']>, room: Room): string {
  const { tests, compliance, benchmark, root } = details;
  const pointer = room.take('\n_Details did not fit here: see the artifact with the reports._\n');
  const documents = [
    ...(tests === undefined ? [] : [renderMarkdown(tests, root)]),
    ...(compliance === undefined ? [] : [renderMarkdown(compliance, root)]),
    ...(benchmark === undefined ? [] : [renderBenchmarkMarkdown(benchmark, root)]),
  ];
  const kept = documents.map((document) => room.take(`\n${document}`));
  return `${kept.join('')}${kept.includes('') ? pointer : ''}`;
}
