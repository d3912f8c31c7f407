import { HarnessError } from '@mcp-test-harness/core/errors';
import { latestReports } from '../reports.ts';
import type { JobReport, ReportLink } from '../types.ts';
import { gatherChanges } from './changes.ts';
import { renderFooter } from './footer.ts';
import { createLinker } from './links.ts';
import { renderPage } from './page.ts';
import { Room } from './room.ts';

export interface CommentOptions {
  /** By which the comment is found again: an HTML comment, its first line. */
  readonly marker: string;
  /** In bytes of UTF-8, of which there are no fewer than characters; at least 4,096. Default: 65,536, more than which GitHub refuses. */
  readonly limit?: number | undefined;
  /** `https://github.com/owner/name`. What reports say becomes a link only when it lies in this repository; undefined: no links. */
  readonly repositoryUrl?: string | undefined;
  /** Links of the caller, to artifacts and runs of the repository. */
  readonly links?: readonly ReportLink[] | undefined;
}

const defaultLimit = 65_536;
const leastLimit = 4096;
/** A screen shows about 25, of which the footer and the folds take some. */
const lines = 20;

/**
 * What a reviewer needs to know of one job, or of all jobs of a matrix, as a comment: the verdict with the one fact that
 * matters in the first line, what changed at most one screen long, the rest folded. Of what does not fit the least
 * important is left out and counted. Nothing that a server, a test or a report says can become markup, a mention, a link
 * or an image.
 * @throws HarnessError USAGE for a marker that is no HTML comment on one line, and for too small a limit
 */
export function renderComment(given: readonly JobReport[], options: CommentOptions): string {
  const { marker, limit = defaultLimit, repositoryUrl, links = [] } = options;
  requireMarker(marker);
  if (limit < leastLimit) {
    throw new HarnessError({ code: 'USAGE', message: `limit ${limit}: a comment needs ${leastLimit} bytes` });
  }
  const reports = latestReports(given);
  const linker = createLinker(repositoryUrl);
  const room = new Room(limit);
  const first = room.take(`${marker}\n`);
  const footer = room.take(renderFooter(reports, links, linker));
  const page = renderPage(reports, gatherChanges(reports), { linker, heading: '###', lines }, room);
  return `${first}${page}${footer}`;
}

function requireMarker(marker: string): void {
  if (/^<!-- (?:(?!--)[\w .:/=@+-]){1,200} -->$/.test(marker)) return;
  throw new HarnessError({
    code: 'USAGE',
    message: `the marker of a comment must be an HTML comment on one line, got ${JSON.stringify(marker.slice(0, 80))}`,
  });
}
