import { type ServiceFault } from './fault.ts';
import type { GitHubApi } from './github-api.ts';

type CheckConclusion = 'success' | 'failure' | 'neutral' | 'cancelled';

export interface CheckAnnotation {
  /** Relative to the repository. */
  readonly path: string;
  readonly startLine: number;
  readonly startColumn?: number | undefined;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly title: string;
  readonly message: string;
}

export interface CheckReport {
  readonly name: string;
  readonly headSha: string;
  readonly conclusion: CheckConclusion;
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
  readonly text?: string | undefined;
  readonly annotations: readonly CheckAnnotation[];
  /** The page of the run. */
  readonly detailsUrl?: string | undefined;
}

/** - refused: the token has no `checks: write`, which is optional. */
export type CheckOutcome =
  | { readonly status: 'created'; readonly id: number; readonly url: string | undefined }
  | { readonly status: 'refused' | 'failed'; readonly fault: ServiceFault };

/** GitHub's limits. */
const limits = { annotationsARequest: 50, text: 65_535, title: 255, message: 4096 };
/** Requests for annotations; more of them nobody reads. */
const mostBatches = 6;

/**
 * A check run of its own, with the annotations in as many requests as they need. What was published stays when a later
 * request fails.
 */
export async function publishCheckRun(api: GitHubApi, report: CheckReport): Promise<CheckOutcome> {
  const output = {
    title: cut(report.title, limits.title),
    summary: cut(report.summary, limits.text),
    ...(report.text === undefined ? {} : { text: cut(report.text, limits.text) }),
  };
  const [first = [], ...others] = batches(report.annotations);
  const created = await api.call({
    what: 'publish the check run',
    route: 'POST /repos/{owner}/{repo}/check-runs',
    parameters: {
      name: cut(report.name, 100),
      head_sha: report.headSha,
      status: 'completed',
      conclusion: report.conclusion,
      ...(report.detailsUrl === undefined ? {} : { details_url: report.detailsUrl }),
      output: { ...output, annotations: first },
    },
    read: (answer) => ({ id: answer.at('id').integer(), url: answer.at('html_url').optionalString() }),
  });
  if (!created.ok) return refusedOrFailed(created.fault);
  for (const annotations of others) {
    const added = await api.call({
      what: 'add annotations to the check run',
      route: 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
      parameters: { check_run_id: created.value.id, output: { ...output, annotations } },
      read: () => undefined,
    });
    if (!added.ok) return refusedOrFailed(added.fault);
  }
  return { status: 'created', ...created.value };
}

function batches(annotations: readonly CheckAnnotation[]): readonly (readonly object[])[] {
  const size = limits.annotationsARequest;
  const count = Math.min(mostBatches, Math.ceil(annotations.length / size));
  return Array.from({ length: count }, (_, index) =>
    annotations.slice(index * size, (index + 1) * size).map(asSent),
  );
}

function asSent({ path, startLine, startColumn, level, title, message }: CheckAnnotation): object {
  return {
    path,
    start_line: startLine,
    end_line: startLine,
    ...(startColumn === undefined ? {} : { start_column: startColumn, end_column: startColumn }),
    annotation_level: level,
    title: cut(title, limits.title),
    message: cut(message, limits.message),
  };
}

function refusedOrFailed(fault: ServiceFault): CheckOutcome {
  const refused = fault.reason === 'denied' || fault.reason === 'not-found';
  return { status: refused ? 'refused' : 'failed', fault };
}

/** In UTF-16 units, never within a character. */
function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`.toWellFormed();
}
