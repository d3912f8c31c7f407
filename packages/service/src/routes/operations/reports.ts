/** Report files as they are handed out. */
import type { ServiceContext } from '../define.ts';
import { HttpError } from '../listener/problem.ts';
import { findRun } from './runs.ts';

export interface ReportFile {
  readonly bytes: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

export const reportPeriods = ['daily', 'weekly'] as const;
export type ReportPeriod = (typeof reportPeriods)[number];

const mediaTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  json: 'application/json',
  md: 'text/markdown; charset=utf-8',
  sarif: 'application/sarif+json',
  txt: 'text/plain; charset=utf-8',
  xml: 'application/xml',
};

/**
 * What servers under test have said stands in a report. Should any of it ever become markup, it is in a sandbox: an origin
 * of its own, without cookies, that can ask for nothing. The page's own policy admits its script by its hash only.
 */
const reportPolicy =
  "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** @throws HttpError 404 */
export async function readRunReport(
  context: ServiceContext,
  runId: string,
  name: string,
): Promise<ReportFile> {
  const { reportPath } = await findRun(context, runId);
  return await readFile(context, reportPath, name);
}

/** @throws HttpError 404 */
export async function readSummaryReport(
  context: ServiceContext,
  period: ReportPeriod,
  name: string,
): Promise<ReportFile> {
  return await readFile(context, period, name);
}

async function readFile(
  context: ServiceContext,
  folder: string | undefined,
  name: string,
): Promise<ReportFile> {
  // One segment, and none that hides or climbs.
  const isName = /^\w[\w.@ +-]{0,199}$/.test(name);
  const bytes = folder === undefined || !isName ? undefined : await context.readReport(folder, name);
  if (bytes === undefined) throw new HttpError(404, 'there is no such report');
  const extension = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const mediaType = Object.hasOwn(mediaTypes, extension) ? mediaTypes[extension] : undefined;
  return {
    bytes,
    headers: {
      'content-security-policy': reportPolicy,
      'content-type': mediaType ?? 'application/octet-stream',
      'content-disposition': `${mediaType === undefined ? 'attachment' : 'inline'}; filename="${name}"`,
    },
  };
}

/** Newest first: names begin with the date. */
export async function listSummaryReports(
  context: ServiceContext,
  period: ReportPeriod,
): Promise<readonly string[]> {
  return [...(await context.listReports(period))].toSorted().toReversed();
}
