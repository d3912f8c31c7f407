import { type HttpAnswer, type HttpRequest, jsonOf } from './http-answer.ts';
import { pullObject, userObject, webUrl } from './events.ts';
import {
  actionsBot,
  type StoredArtifact,
  type StoredCheckRun,
  type StoredComment,
  type StoredRun,
  type WorldState,
} from './world-state.ts';

interface Context {
  readonly state: WorldState;
  readonly run: StoredRun;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  /** Of the path, as matched. */
  readonly parts: Readonly<Record<string, string>>;
}

interface Route {
  readonly method: string;
  readonly path: RegExp;
  /** Any of these is enough. */
  readonly needs: readonly string[];
  readonly level: 'read' | 'write';
  /** Asked for although the repository is public. */
  readonly alwaysChecked?: boolean;
  readonly answer: (context: Context) => HttpAnswer | readonly [list: string, items: readonly object[]];
}

/** One call, for the report. */
export interface RecordedCall {
  readonly method: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly status: number;
  readonly needs?: string | undefined;
  readonly isDenied: boolean;
  readonly isUnsupported: boolean;
}

const limitOfBody = 65_536;
const limitOfCheckText = 65_535;
const annotationsARequest = 50;

/** The part of GitHub's REST API that this Action uses, with the permissions that it asks for and its limits. */
export class RestApi {
  readonly calls: RecordedCall[] = [];
  readonly #state: WorldState;
  readonly #run: StoredRun;
  readonly #token: string;
  readonly #routes: readonly Route[];
  readonly #selfUrl: () => string;

  constructor(options: {
    state: WorldState;
    run: StoredRun;
    token: string;
    selfUrl: () => string;
    artifactUrl: (artifact: StoredArtifact) => string;
  }) {
    this.#state = options.state;
    this.#run = options.run;
    this.#token = options.token;
    this.#selfUrl = options.selfUrl;
    this.#routes = routesWith(options.artifactUrl);
  }

  handle(request: HttpRequest): HttpAnswer {
    const { method, path, query } = request;
    const body = jsonOf(request);
    const record = (
      answer: HttpAnswer,
      more: { needs?: string; isDenied?: boolean; isUnsupported?: boolean } = {},
    ): HttpAnswer => {
      const at = query.size > 0 ? `${path}?${query}` : path;
      const { needs, isDenied = false, isUnsupported = false } = more;
      this.calls.push({ method, path: at, body, status: answer.status, needs, isDenied, isUnsupported });
      return answer;
    };
    if (!/^(token|bearer) /i.test(String(request.headers['authorization'] ?? '')))
      return record(problem(401, 'Requires authentication'));
    if (!String(request.headers['authorization']).endsWith(` ${this.#token}`))
      return record(problem(401, 'Bad credentials'));
    if (path === '/graphql') return record(viewer(body));
    if (path === '/user') return record(problem(403, 'Resource not accessible by integration'));
    const prefix = `/repos/${this.#state.fullName}`;
    const route = this.#routes.find(
      (one) => one.method === method && path.startsWith(prefix) && one.path.test(path.slice(prefix.length)),
    );
    if (route === undefined) return record(problem(404, 'Not Found'), { isUnsupported: true });
    const needs = route.needs.map((name) => `${name}: ${route.level}`).join(' or ');
    // On a public repository everybody may read.
    if ((route.level === 'write' || route.alwaysChecked === true) && !this.#has(route)) {
      const header = route.needs.map((name) => `${name.replaceAll('-', '_')}=${route.level}`).join('; ');
      const denied = problem(403, 'Resource not accessible by integration');
      const headers = { 'x-accepted-github-permissions': header };
      return record({ ...denied, headers }, { needs, isDenied: true });
    }
    const parts = { ...route.path.exec(path.slice(prefix.length))?.groups };
    const answer = route.answer({ state: this.#state, run: this.#run, query, body, parts });
    return record('status' in answer ? answer : this.#page(path, query, ...answer), { needs });
  }

  #has({ needs, level }: Route): boolean {
    const { permissions } = this.#run.event;
    return needs.some(
      (name) => permissions[name] === 'write' || (level === 'read' && permissions[name] === 'read'),
    );
  }

  #page(path: string, query: URLSearchParams, name: string, items: readonly object[]): HttpAnswer {
    const size = Math.min(100, Number(query.get('per_page') ?? 30));
    const page = Number(query.get('page') ?? 1);
    const shown = items.slice((page - 1) * size, page * size);
    const next = new URLSearchParams(query);
    next.set('page', String(page + 1));
    return {
      status: 200,
      headers: page * size < items.length ? { link: `<${this.#selfUrl()}${path}?${next}>; rel="next"` } : {},
      body: name === '' ? shown : { total_count: items.length, [name]: shown },
    };
  }
}

const ofIssues = ['issues', 'pull-requests'];

function routesWith(artifactUrl: (artifact: StoredArtifact) => string): readonly Route[] {
  return [
    {
      method: 'GET',
      path: /^\/issues\/(?<number>\d+)\/comments$/,
      needs: ofIssues,
      level: 'read',
      answer: ({ state, parts }) =>
        state.pulls.has(Number(parts['number']))
          ? [
              '',
              state.comments.filter(({ issue }) => issue === Number(parts['number'])).map(ofComment(state)),
            ]
          : problem(404, 'Not Found'),
    },
    {
      method: 'POST',
      path: /^\/issues\/(?<number>\d+)\/comments$/,
      needs: ofIssues,
      level: 'write',
      answer: ({ state, run, parts, body }) => {
        const pull = state.pulls.get(Number(parts['number']));
        if (pull === undefined) return problem(404, 'Not Found');
        if (pull.locked) return problem(403, 'Unable to create comment because issue is locked.');
        const fault = faultOfBody(body['body']);
        if (fault !== undefined) return fault;
        const comment: StoredComment = {
          id: state.newId(),
          issue: pull.number,
          user: actionsBot,
          body: String(body['body']),
          edits: 0,
          createdBy: run.uid,
        };
        state.comments.push(comment);
        return { status: 201, body: ofComment(state)(comment) };
      },
    },
    {
      method: 'PATCH',
      path: /^\/issues\/comments\/(?<id>\d+)$/,
      needs: ofIssues,
      level: 'write',
      answer: ({ state, run, parts, body }) => {
        const comment = state.comments.find(({ id }) => id === Number(parts['id']));
        const fault = faultOfBody(body['body']);
        if (comment === undefined) return problem(404, 'Not Found');
        if (fault !== undefined) return fault;
        comment.body = String(body['body']);
        comment.edits++;
        comment.updatedBy = run.uid;
        return ok(ofComment(state)(comment));
      },
    },
    {
      method: 'DELETE',
      path: /^\/issues\/comments\/(?<id>\d+)$/,
      needs: ofIssues,
      level: 'write',
      answer: ({ state, parts }) => {
        const id = Number(parts['id']);
        if (!state.comments.some((one) => one.id === id)) return problem(404, 'Not Found');
        state.comments = state.comments.filter((one) => one.id !== id);
        return { status: 204 };
      },
    },
    {
      method: 'GET',
      path: /^\/pulls$/,
      needs: ['pull-requests'],
      level: 'read',
      answer: ({ state, query }) => [
        '',
        [...state.pulls.values()]
          .filter(
            ({ fork, headRef }) =>
              !query.has('head') || query.get('head') === `${fork ?? state.owner}:${headRef}`,
          )
          .map((pull) => pullObject(state, pull)),
      ],
    },
    {
      method: 'GET',
      path: /^\/pulls\/(?<number>\d+)$/,
      needs: ['pull-requests'],
      level: 'read',
      answer: ({ state, parts }) => {
        const pull = state.pulls.get(Number(parts['number']));
        return pull === undefined ? problem(404, 'Not Found') : ok(pullObject(state, pull));
      },
    },
    {
      method: 'GET',
      path: /^\/commits\/(?<sha>[0-9a-f]+)\/pulls$/,
      needs: ['pull-requests', 'contents'],
      level: 'read',
      answer: ({ state, parts }) => [
        '',
        [...state.pulls.values()]
          .filter(({ headSha }) => headSha === parts['sha'])
          .map((pull) => pullObject(state, pull)),
      ],
    },
    {
      method: 'POST',
      path: /^\/check-runs$/,
      needs: ['checks'],
      level: 'write',
      answer: ({ state, run, body }) => {
        const { name, head_sha: headSha, conclusion } = body;
        if (typeof name !== 'string' || typeof headSha !== 'string')
          return problem(422, 'name, head_sha were not supplied');
        const fault = faultOfOutput(body['output']);
        if (fault !== undefined) return fault;
        const check: StoredCheckRun = {
          id: state.newId(),
          name,
          head_sha: headSha,
          conclusion: typeof conclusion === 'string' ? conclusion : null,
          output: { title: null, summary: null },
          annotations: [],
          createdBy: run.uid,
        };
        applyOutput(check, body['output']);
        state.checkRuns.push(check);
        return { status: 201, body: ofCheck(state, check) };
      },
    },
    {
      method: 'PATCH',
      path: /^\/check-runs\/(?<id>\d+)$/,
      needs: ['checks'],
      level: 'write',
      answer: ({ state, parts, body }) => {
        const check = state.checkRuns.find(({ id }) => id === Number(parts['id']));
        if (check === undefined) return problem(404, 'Not Found');
        const fault = faultOfOutput(body['output']);
        if (fault !== undefined) return fault;
        applyOutput(check, body['output']);
        return ok(ofCheck(state, check));
      },
    },
    ...[/^\/actions\/runs$/, /^\/actions\/workflows\/[^/]+\/runs$/].map((path): Route => ({
      method: 'GET',
      path,
      needs: ['actions'],
      level: 'read',
      answer: ({ state, query }) => ['workflow_runs', runsOf(state, query)],
    })),
    {
      method: 'GET',
      path: /^\/actions\/runs\/(?<id>\d+)\/artifacts$/,
      needs: ['actions'],
      level: 'read',
      answer: ({ state, parts }) => [
        'artifacts',
        state.artifacts
          .filter(({ runId, finalized }) => finalized && runId === Number(parts['id']))
          .sort((one, other) => other.id - one.id)
          .map((artifact) => ofArtifact(state, artifact)),
      ],
    },
    {
      method: 'GET',
      path: /^\/actions\/artifacts\/(?<id>\d+)\/zip$/,
      needs: ['actions'],
      level: 'read',
      alwaysChecked: true,
      answer: ({ state, parts }) => {
        const artifact = state.artifacts.find(({ id, finalized }) => finalized && id === Number(parts['id']));
        if (artifact === undefined) return problem(404, 'Not Found');
        if (Date.parse(artifact.expiresAt) < state.nowMs()) return problem(410, 'Artifact has expired');
        return { status: 302, headers: { location: artifactUrl(artifact) } };
      },
    },
  ];
}

function viewer({ query }: Readonly<Record<string, unknown>>): HttpAnswer {
  return typeof query === 'string' && /viewer\s*{\s*login/.test(query)
    ? ok({ data: { viewer: { login: actionsBot } } })
    : ok({
        data: null,
        errors: [{ type: 'NOT_THERE', message: 'the stand-in answers only who the viewer is' }],
      });
}

const ofComment =
  (state: WorldState) =>
  ({ id, issue, user, body }: StoredComment): object => ({
    id,
    body,
    user: userObject(user),
    html_url: `${webUrl}/${state.fullName}/pull/${issue}#issuecomment-${id}`,
  });

function ofCheck(state: WorldState, { id, name, head_sha: headSha }: StoredCheckRun): object {
  return { id, name, head_sha: headSha, html_url: `${webUrl}/${state.fullName}/runs/${id}` };
}

function ofArtifact(state: WorldState, artifact: StoredArtifact): object {
  return {
    id: artifact.id,
    name: artifact.name,
    size_in_bytes: state.blobs.get(`actions-results/${artifact.blobId}`)?.length ?? 0,
    expired: Date.parse(artifact.expiresAt) < state.nowMs(),
    workflow_run: { id: artifact.runId, head_sha: artifact.headSha, head_branch: artifact.headBranch },
  };
}

/** The newest first; a run of several jobs or attempts once, as it ended. */
function runsOf(state: WorldState, query: URLSearchParams): readonly object[] {
  const latest = new Map(state.runs.map((run) => [run.id, run]));
  return [...latest.values()]
    .toReversed()
    .filter(
      ({ event, conclusion }) =>
        (!query.has('branch') || event.headBranch === query.get('branch')) &&
        (!query.has('status') || conclusion === query.get('status')),
    )
    .map(({ id, attempt, event, conclusion }) => ({
      id,
      run_attempt: attempt,
      event: event.name,
      head_branch: event.headBranch,
      head_sha: event.headSha,
      head_repository: {
        full_name: `${state.pulls.get(event.pullRequest ?? 0)?.fork ?? state.owner}/${state.repo}`,
      },
      status: conclusion === null ? 'in_progress' : 'completed',
      conclusion,
    }));
}

function faultOfBody(body: unknown): HttpAnswer | undefined {
  if (typeof body !== 'string' || body.trim() === '')
    return problem(422, 'Validation Failed: body is missing');
  return body.length > limitOfBody
    ? problem(422, `Validation Failed: Body is too long (maximum is ${limitOfBody} characters)`)
    : undefined;
}

function faultOfOutput(output: unknown): HttpAnswer | undefined {
  if (typeof output !== 'object' || output === null) return undefined;
  const { title, summary, text, annotations } = output as Readonly<Record<string, unknown>>;
  if (typeof title !== 'string' || typeof summary !== 'string')
    return problem(422, 'title, summary were not supplied');
  if ([summary, text].some((part) => typeof part === 'string' && part.length > limitOfCheckText))
    return problem(422, `Only ${limitOfCheckText} characters are allowed`);
  return Array.isArray(annotations) && annotations.length > annotationsARequest
    ? problem(422, `No more than ${annotationsARequest} items are allowed`)
    : undefined;
}

function applyOutput(check: StoredCheckRun, output: unknown): void {
  if (typeof output !== 'object' || output === null) return;
  const { annotations, ...texts } = output as { annotations?: object[]; title: string; summary: string };
  check.output = { ...check.output, ...texts };
  check.annotations.push(...(annotations ?? []));
}

const ok = (body: object): HttpAnswer => ({ status: 200, body });
const problem = (status: number, message: string): HttpAnswer => ({
  status,
  body: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
});
