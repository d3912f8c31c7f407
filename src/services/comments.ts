import { createHash } from 'node:crypto';
import type { Answer } from './answer.ts';
import { type ServiceFault, type ServiceResult, success } from './fault.ts';
import { type GitHubApi, graphqlRoute } from './github-api.ts';

/** Which run a comment is about: a later one is never overwritten by an earlier. */
export interface CommentVersion {
  readonly runId: string;
  readonly attempt: number;
}

/**
 * - write: update ours, or create it;
 * - update: only when there is one already;
 * - delete: when there is one.
 */
export type CommentIntent = 'write' | 'update' | 'delete';

/**
 * - superseded: a later run has commented already;
 * - absent: there was nothing to update or delete;
 * - refused: the token may not, the conversation is locked, the pull request is gone: a notice, and never more.
 */
export type CommentOutcome =
  | { readonly status: 'created' | 'updated' | 'unchanged' | 'superseded'; readonly url: string | undefined }
  | { readonly status: 'deleted' | 'absent' }
  | { readonly status: 'refused' | 'failed'; readonly fault: ServiceFault };

/** GitHub counts UTF-16 units. */
export const commentLimit = 65_536;

/** What `GITHUB_TOKEN` writes as. Nobody can register a name with brackets. */
const actionsBot = 'github-actions[bot]';

/** Hidden first line of a comment; what `comment-key` says is hashed, since it is no part of a comment. */
export function commentMarker(commentKey: string): string {
  return `<!-- mcp-test-harness:comment:${createHash('sha256').update(commentKey).digest('hex').slice(0, 16)} -->`;
}

/** A comment that may be ours. */
interface Candidate {
  readonly id: number;
  readonly author: string;
  readonly body: string;
  readonly url: string | undefined;
}

/**
 * Keeps one comment a key on a pull request up to date. Ours is known by its hidden marker *and* its author: a comment of
 * somebody else that carries the marker is left alone. When there are several of ours (two runs at the same time), the
 * oldest stays.
 */
export async function syncComment(
  api: GitHubApi,
  request: {
    readonly pullRequest: number;
    readonly commentKey: string;
    readonly intent: CommentIntent;
    /** Markdown; the marker is put before it. */
    readonly body: string;
    readonly version: CommentVersion;
  },
): Promise<CommentOutcome> {
  const marker = commentMarker(request.commentKey);
  const found = await findOurs(api, request.pullRequest, marker);
  if (!found.ok) return refusedOrFailed(found.fault);
  const [first, ...duplicates] = found.value;
  if (first === undefined) return request.intent === 'write' ? create(api, request) : { status: 'absent' };
  const latest = [first, ...duplicates].map(({ body }) => versionIn(body)).reduce(laterOf);
  if (latest !== undefined && isLater(latest, request.version))
    return { status: 'superseded', url: first.url };
  for (const { id } of duplicates) await remove(api, id);
  if (request.intent === 'delete') {
    const removed = await remove(api, first.id);
    return removed.ok || removed.fault.reason === 'not-found'
      ? { status: 'deleted' }
      : refusedOrFailed(removed.fault);
  }
  const body = withMarker(marker, request);
  // GitHub gives line ends back as they were, or as CRLF when somebody has edited it in the browser.
  if (first.body.replaceAll('\r\n', '\n') === body) return { status: 'unchanged', url: first.url };
  const updated = await api.call({
    what: 'update the comment',
    route: 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
    parameters: { comment_id: first.id, body },
    read: (answer) => answer.at('html_url').optionalString(),
  });
  if (updated.ok) return { status: 'updated', url: updated.value ?? first.url };
  // Somebody has deleted it a moment ago.
  if (updated.fault.reason === 'not-found' && request.intent === 'write') return create(api, request);
  return refusedOrFailed(updated.fault);
}

async function findOurs(
  api: GitHubApi,
  pullRequest: number,
  marker: string,
): Promise<ServiceResult<readonly Candidate[]>> {
  const marked = await api.list({
    what: 'look for our comment',
    route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
    parameters: { issue_number: pullRequest },
    read: (answer) => answer.list().map(candidate),
  });
  if (!marked.ok) return marked;
  const candidates = marked.value.filter(({ body }) => body.startsWith(marker));
  if (candidates.length === 0) return success([]);
  const me = await whoAmI(api);
  return success(candidates.filter(({ author }) => author === me).sort((one, other) => one.id - other.id));
}

function candidate(answer: Answer): Candidate {
  return {
    id: answer.at('id').integer(),
    // The account may be deleted.
    author: answer.at('user').at('login').optionalString() ?? '',
    body: answer.at('body').optionalString() ?? '',
    url: answer.at('html_url').optionalString(),
  };
}

/**
 * Whose token this is. `GET /user` is refused for `GITHUB_TOKEN` and for tokens of Apps; GraphQL tells it for every kind.
 * When it does not, ours are those of `GITHUB_TOKEN`, which nearly everybody uses.
 */
async function whoAmI(api: GitHubApi): Promise<string> {
  const viewer = await api.call({
    what: 'find out whose token this is',
    route: graphqlRoute,
    parameters: { query: 'query { viewer { login } }' },
    read: (answer) => answer.at('data').at('viewer').at('login').string(),
  });
  return viewer.ok ? viewer.value : actionsBot;
}

async function create(
  api: GitHubApi,
  request: {
    readonly pullRequest: number;
    readonly commentKey: string;
    readonly body: string;
    readonly version: CommentVersion;
  },
): Promise<CommentOutcome> {
  const created = await api.call({
    what: 'comment on the pull request',
    route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
    parameters: {
      issue_number: request.pullRequest,
      body: withMarker(commentMarker(request.commentKey), request),
    },
    read: (answer) => answer.at('html_url').optionalString(),
  });
  return created.ok ? { status: 'created', url: created.value } : refusedOrFailed(created.fault);
}

function remove(api: GitHubApi, id: number): Promise<ServiceResult<undefined>> {
  return api.call({
    what: 'delete the comment',
    route: 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}',
    parameters: { comment_id: id },
    read: () => undefined,
  });
}

function refusedOrFailed(fault: ServiceFault): CommentOutcome {
  const refused = fault.reason === 'denied' || fault.reason === 'not-found' || fault.reason === 'locked';
  return { status: refused ? 'refused' : 'failed', fault };
}

function withMarker(
  marker: string,
  { body, version }: { readonly body: string; readonly version: CommentVersion },
): string {
  const head = `${marker}\n<!-- run ${version.runId}.${version.attempt} -->\n`;
  // What renders the body keeps to the limit; that a body beyond it is cut, rather than refused, is the last resort.
  return head + body.slice(0, commentLimit - head.length).toWellFormed();
}

function versionIn(body: string): CommentVersion | undefined {
  const match = /^.*\r?\n<!-- run (\d{1,20})\.(\d{1,6}) -->/.exec(body);
  return match?.[1] === undefined ? undefined : { runId: match[1], attempt: Number(match[2]) };
}

/** Ids of runs grow; they may outgrow what a number holds exactly. */
function isLater(one: CommentVersion, other: CommentVersion): boolean {
  const [a, b] = [runNumber(one.runId), runNumber(other.runId)];
  return a === b ? one.attempt > other.attempt : a > b;
}

function laterOf(
  one: CommentVersion | undefined,
  other: CommentVersion | undefined,
): CommentVersion | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return isLater(one, other) ? one : other;
}

function runNumber(runId: string): bigint {
  return /^\d+$/.test(runId) ? BigInt(runId) : 0n;
}
