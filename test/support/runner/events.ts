import { actionsBot, digest, type Pull, type RunEvent, type WorldState } from './world-state.ts';
import type { RunOptions } from './types.ts';

/** Where people look at things. */
export const webUrl = 'https://github.com';

/** What GitHub would send, and do to the repository, for an event. */
export function makeEvent(state: WorldState, options: RunOptions): RunEvent {
  const name = options.event ?? 'push';
  const actor = options.actor ?? options.fork ?? 'alice';
  const main = state.defaultBranch;
  const common = { repository: repositoryOf(state, state.owner), sender: { login: actor, type: 'User' } };
  const branchOf = (ref: string | undefined): string => (ref ?? main).replace(/^refs\/heads\//, '');
  const onBranch = (branch: string, sha: string, payload: object): RunEvent => ({
    ...nothing(options),
    name,
    actor,
    payload: mergeDeep({ ...payload, ...common }, options.payload ?? {}),
    ref: `refs/heads/${branch}`,
    sha,
    headSha: sha,
    headBranch: branch,
    cacheScopes: unique([`refs/heads/${branch}`, `refs/heads/${main}`]),
  });

  switch (name) {
    case 'push': {
      const branch = branchOf(options.ref);
      const before = state.branchHead(branch);
      const after = options.sha ?? digest(`${before} and a commit`);
      state.branches.set(branch, after);
      return onBranch(branch, after, { ref: `refs/heads/${branch}`, before, after, created: false });
    }
    case 'schedule':
      return onBranch(main, state.branchHead(main), { schedule: '17 3 * * *' });
    case 'workflow_dispatch': {
      const branch = branchOf(options.ref);
      return onBranch(branch, options.sha ?? state.branchHead(branch), {
        inputs: null,
        ref: `refs/heads/${branch}`,
      });
    }
    case 'merge_group': {
      const pull = touchPull(state, { ...options, sameHead: true });
      const baseSha = state.branchHead(pull.baseRef);
      const sha = options.sha ?? digest(`merge queue of ${pull.number} on ${baseSha}`);
      const branch = `gh-readonly-queue/${pull.baseRef}/pr-${pull.number}-${baseSha}`;
      const mergeGroup = {
        head_sha: sha,
        head_ref: `refs/heads/${branch}`,
        base_sha: baseSha,
        base_ref: `refs/heads/${pull.baseRef}`,
      };
      return onBranch(branch, sha, { action: 'checks_requested', merge_group: mergeGroup });
    }
    case 'workflow_run': {
      const event = onBranch(main, state.branchHead(main), {
        action: 'completed',
        workflow_run: workflowRun(state, options),
      });
      // Anybody can start such a run by a pull request: its cache token only reads.
      return { ...event, mayWriteCaches: state.pulls.get(options.pr ?? 0)?.fork === null };
    }
    case 'pull_request':
    case 'pull_request_target': {
      const isNew = !state.pulls.has(options.pr ?? 1);
      const pull = touchPull(state, options);
      const isTarget = name === 'pull_request_target';
      const own = isTarget ? `refs/heads/${main}` : `refs/pull/${pull.number}/merge`;
      const isFork = pull.fork !== null;
      return {
        ...nothing(options),
        name,
        actor,
        payload: mergeDeep(
          {
            action: isNew ? 'opened' : 'synchronize',
            number: pull.number,
            pull_request: pullObject(state, pull),
            ...common,
          },
          options.payload ?? {},
        ),
        ref: own,
        sha: isTarget ? state.branchHead(main) : digest(`merge ${pull.headSha} into ${pull.baseSha}`),
        headSha: pull.headSha,
        headBranch: pull.headRef,
        headRef: pull.headRef,
        baseRef: pull.baseRef,
        pullRequest: pull.number,
        isFork,
        cacheScopes: unique([own, `refs/heads/${pull.baseRef}`, `refs/heads/${main}`]),
        mayWriteCaches: !isTarget,
        // A fork's token reads only.
        permissions: parsePermissions(options.permissions, isFork && !isTarget),
      };
    }
  }
}

function nothing(options: RunOptions) {
  return {
    headRef: '',
    baseRef: '',
    pullRequest: null,
    isFork: false,
    mayWriteCaches: true,
    permissions: parsePermissions(options.permissions, false),
  };
}

/** Makes the pull request, or pushes a commit to it. */
function touchPull(state: WorldState, options: RunOptions): Pull {
  const number = options.pr ?? 1;
  const known = state.pulls.get(number);
  const pull = known ?? state.newPull(number);
  state.pulls.set(number, pull);
  if (options.fork !== undefined) pull.fork = options.fork;
  if (options.base !== undefined) pull.baseRef = options.base;
  if (options.head !== undefined) pull.headRef = options.head;
  pull.baseSha = options.baseSha ?? state.branchHead(pull.baseRef);
  if (known === undefined || options.sameHead !== true) pull.commits++;
  pull.headSha =
    options.headSha ??
    (options.sameHead === true ? pull.headSha : digest(`pull ${number} commit ${pull.commits}`));
  return pull;
}

/** The run that has ended; that of a fork names no pull request, as on GitHub. */
function workflowRun(state: WorldState, options: RunOptions): object {
  const pull = state.pulls.get(options.pr ?? 0);
  const before = state.runs.findLast(
    ({ event }) => event.name !== 'workflow_run' && (pull === undefined || event.pullRequest === pull.number),
  );
  const owner = pull?.fork ?? state.owner;
  return {
    id: before?.id ?? 1,
    run_attempt: before?.attempt ?? 1,
    event: before?.event.name ?? 'push',
    head_sha: before?.event.headSha ?? state.branchHead(state.defaultBranch),
    head_branch: before?.event.headBranch ?? state.defaultBranch,
    head_repository: { full_name: `${owner}/${state.repo}`, owner: { login: owner } },
    status: 'completed',
    conclusion: options.conclusion ?? before?.conclusion ?? 'success',
    path: '.github/workflows/ci.yml',
    html_url: `${webUrl}/${state.fullName}/actions/runs/${before?.id ?? 1}`,
    pull_requests:
      pull === undefined || pull.fork !== null
        ? []
        : [{ number: pull.number, head: { sha: pull.headSha }, base: { sha: pull.baseSha } }],
  };
}

/** As the API gives it. */
export function pullObject(state: WorldState, pull: Pull): object {
  const owner = pull.fork ?? state.owner;
  return {
    number: pull.number,
    state: 'open',
    locked: pull.locked,
    html_url: `${webUrl}/${state.fullName}/pull/${pull.number}`,
    user: userObject(pull.fork ?? 'alice'),
    head: {
      ref: pull.headRef,
      sha: pull.headSha,
      label: `${owner}:${pull.headRef}`,
      repo: repositoryOf(state, owner),
    },
    base: { ref: pull.baseRef, sha: pull.baseSha, repo: repositoryOf(state, state.owner) },
  };
}

export function userObject(login: string): object {
  return { login, type: login.endsWith('[bot]') ? 'Bot' : 'User', id: login === actionsBot ? 41_898_282 : 1 };
}

function repositoryOf(state: WorldState, owner: string): object {
  return {
    name: state.repo,
    full_name: `${owner}/${state.repo}`,
    owner: { login: owner },
    default_branch: state.defaultBranch,
    private: false,
    fork: owner !== state.owner,
    html_url: `${webUrl}/${owner}/${state.repo}`,
  };
}

const permissionNames = ['actions', 'checks', 'contents', 'issues', 'pull-requests', 'statuses'];

export function parsePermissions(
  text: string | undefined,
  readOnly: boolean,
): Readonly<Record<string, 'read' | 'write'>> {
  const all = (level: 'read' | 'write') => permissionNames.map((name) => [name, level] as const);
  const given =
    text === undefined || text === 'write-all'
      ? all('write')
      : text === 'read-all'
        ? all('read')
        : text === 'none'
          ? []
          : text.split(',').map((part) => {
              const [name = '', level] = part.split('=');
              if (!permissionNames.includes(name) || (level !== 'read' && level !== 'write'))
                throw new Error(`not a permission: ${part}`);
              return [name, level] as const;
            });
  return Object.fromEntries(given.map(([name, level]) => [name, readOnly ? 'read' : level]));
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

function mergeDeep(base: object, over: object): Readonly<Record<string, unknown>> {
  const isObject = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const there = merged[name];
    merged[name] = isObject(value) && isObject(there) ? mergeDeep(there, value) : (value as unknown);
  }
  return merged;
}
