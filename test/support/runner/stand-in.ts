import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findMarked } from '../processes.ts';
import { type ActionFile, readAction, stageAction, stageWorkspace } from './action-files.ts';
import { runActionProcess } from './action-process.ts';
import { parseDuration } from './duration.ts';
import { makeEvent, webUrl, parsePermissions } from './events.ts';
import { type Contexts, interpolate } from './expressions.ts';
import { Faults } from './faults.ts';
import { parseFileCommands } from './file-commands.ts';
import { type ServiceServer, startServices } from './service-server.ts';
import { contentOfArtifact, contentOfCache, reportArtifact } from './stored-content.ts';
import type { Annotation, RunOptions, RunReport, Stage, World, WorldOptions } from './types.ts';
import { Masker, WorkflowCommands } from './workflow-commands.ts';
import { digest, type StoredRun, WorldState } from './world-state.ts';

const limitOfSummary = 1024 * 1024;
const defaultTimeoutMinutes = 5;

/** The project's own small stand-in of the runner and of GitHub's services; README.md says where it differs. */
export function standIn({ state: folder, ...defaults }: WorldOptions): World {
  const state = new WorldState();
  return {
    run: (options = {}) =>
      runAction(state, resolve(folder), {
        ...defaults,
        ...options,
        with: { ...defaults.with, ...options.with },
        env: { ...defaults.env, ...options.env },
        secrets: { ...defaults.secrets, ...options.secrets },
      }),
    seed: (seed) => state.seed(seed),
    advance: (duration) => state.advance(parseDuration(duration)),
    snapshot: () => ({ comments: state.comments, caches: state.caches }),
  };
}

async function runAction(state: WorldState, folder: string, options: RunOptions): Promise<RunReport> {
  if (options.action === undefined) throw new Error('which action?');
  if (options.advance !== undefined) state.advance(parseDuration(options.advance));
  const evicted = state.evictCaches();
  const run = makeRun(state, options);
  state.runs.push(run);
  const faults = new Faults(options.faults ?? []);
  const token = `ghs_${digest(run.uid).slice(0, 36)}`;
  const runtimeToken = runtimeTokenOf(run);
  const services = await startServices({ state, run, faults, token, runtimeToken });
  try {
    const machine = new Machine({ state, run, options, folder, services, token, runtimeToken });
    const outcome = await machine.runStages();
    run.conclusion = outcome.conclusion;
    return {
      run: { id: run.id, attempt: run.attempt, sha: run.event.sha, headSha: run.event.headSha },
      ...outcome,
      comments: state.comments
        .filter(({ issue }) => run.event.pullRequest === null || issue === run.event.pullRequest)
        .map(({ createdBy, updatedBy, ...comment }) => ({
          ...comment,
          createdThisRun: createdBy === run.uid,
          updatedThisRun: updatedBy === run.uid,
        })),
      checkRuns: state.checkRuns.filter(({ createdBy }) => createdBy === run.uid),
      cache: {
        events: [
          ...evicted.map(({ key }) => ({ op: 'evicted' as const, key })),
          ...services.results.cacheEvents,
        ],
        entries: state.caches.map(({ key, scope, createdBy }) => ({
          key,
          scope,
          createdByThisRun: createdBy === run.uid,
        })),
      },
      artifacts: {
        thisRun: state.artifacts
          .filter(({ runId, finalized }) => finalized && runId === run.id)
          .map((artifact) => reportArtifact(state, artifact)),
      },
      api: {
        calls: services.api.calls,
        needs: [
          ...new Set(services.api.calls.map(({ needs }) => needs).filter((needs) => needs !== undefined)),
        ],
        denied: services.api.calls.filter(({ isDenied }) => isDenied).map(named),
        unsupported: services.api.calls.filter(({ isUnsupported }) => isUnsupported).map(named),
      },
      faults: faults.counts,
      masking: { leaks: findLeaks(state, run, services, machine.masker, outcome.outputs) },
    };
  } finally {
    await services.close();
  }
}

const named = ({ method, path }: { method: string; path: string }): string => `${method} ${path}`;

function makeRun(state: WorldState, options: RunOptions): StoredRun {
  const last = state.runs.at(-1);
  const again = options.rerun === true || options.sameRun === true;
  if (again && last === undefined) throw new Error('there is no run before this');
  if (again && last !== undefined)
    return {
      ...last,
      // A job has the permissions that the workflow gives to it.
      event:
        options.permissions === undefined
          ? last.event
          : { ...last.event, permissions: parsePermissions(options.permissions, last.event.isFork) },
      attempt: options.rerun === true ? last.attempt + 1 : last.attempt,
      uid: randomUUID(),
      options,
      conclusion: null,
    };
  const number = (last?.number ?? 0) + 1;
  return {
    id: 11_700_000_000 + number * 1013,
    number,
    attempt: 1,
    uid: randomUUID(),
    event: makeEvent(state, options),
    options,
    conclusion: null,
  };
}

/** A token as `@actions/artifact` reads it: which run and job it belongs to stands in its claims. */
function runtimeTokenOf({ id, attempt, uid }: StoredRun): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { scp: `Actions.Results:run-${id}-${attempt}:${uid}`, exp: 4_000_000_000 };
  return `${part({ alg: 'none' })}.${part(claims)}.${Buffer.from(uid).toString('base64url')}`;
}

type Outcome = Pick<
  RunReport,
  | 'conclusion'
  | 'stages'
  | 'outputs'
  | 'savedState'
  | 'annotations'
  | 'summary'
  | 'orphanProcesses'
  | 'workspace'
  | 'warnings'
  | 'log'
>;

/** A fresh machine on which the stages of one action run. */
class Machine {
  readonly masker = new Masker();
  readonly #run: StoredRun;
  readonly #options: RunOptions;
  readonly #action: ActionFile;
  readonly #places: Readonly<Record<'workspace' | 'temporary' | 'home' | 'action' | 'tools', string>>;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #trackingId = `github_${randomUUID()}`;
  readonly #outputs = new Map<string, string>();
  readonly #savedState = new Map<string, string>();
  readonly #exported = new Map<string, string>();
  readonly #summaries: string[] = [];
  readonly #warnings: string[] = [];
  readonly #annotations: Annotation[] = [];
  readonly #log: string[] = [];
  readonly #stages: Stage[] = [];

  constructor(given: {
    state: WorldState;
    run: StoredRun;
    options: RunOptions;
    folder: string;
    services: ServiceServer;
    token: string;
    runtimeToken: string;
  }) {
    const { state, run, options, folder, token } = given;
    const actionFolder = options.action ?? '';
    this.#run = run;
    this.#options = options;
    this.#action = readAction(actionFolder);
    const work = join(folder, 'work');
    rmSync(work, { recursive: true, force: true });
    this.#places = {
      workspace: join(work, state.repo, state.repo),
      temporary: join(work, '_temp'),
      home: join(work, '_home'),
      action: join(work, '_actions', state.owner, state.repo, 'v1'),
      tools: join(work, '_tool'),
    };
    for (const place of Object.values(this.#places)) mkdirSync(place, { recursive: true });
    stageAction(actionFolder, this.#places.action, this.#action);
    stageWorkspace(options.workspace, this.#places.workspace);
    const secrets = run.event.isFork && run.event.name === 'pull_request' ? {} : (options.secrets ?? {});
    for (const value of [token, given.runtimeToken, ...Object.values(secrets)]) this.masker.add(value);
    this.#environment = this.#makeEnvironment({ ...given, secrets });
  }

  async runStages(): Promise<Outcome> {
    let conclusion: RunReport['conclusion'] = 'success';
    for (const stage of ['main', 'post'] as const) {
      const script = this.#action[stage];
      if (script === undefined) continue;
      const ended = await this.#runStage(stage, script);
      if (ended !== 'success' && conclusion === 'success') conclusion = ended;
    }
    const orphanProcesses = findMarked(`RUNNER_TRACKING_ID=${this.#trackingId}`);
    for (const { pid } of orphanProcesses) killQuietly(pid);
    for (const name of this.#outputs.keys())
      if (!this.#action.outputs.includes(name))
        this.#warnings.push(`output ${name} is not declared in action.yml`);
    return {
      conclusion,
      stages: this.#stages,
      outputs: Object.fromEntries(this.#outputs),
      savedState: Object.fromEntries(this.#savedState),
      annotations: this.#annotations,
      summary: this.#summaries.length === 0 ? null : this.#summaries.join('\n'),
      orphanProcesses,
      workspace: { path: this.#places.workspace },
      warnings: this.#warnings,
      log: this.#log,
    };
  }

  async #runStage(stage: 'main' | 'post', script: string): Promise<RunReport['conclusion']> {
    const { workspace, temporary, action } = this.#places;
    const commands = new WorkflowCommands({ stage, workspace, masker: this.masker });
    const files = Object.fromEntries(
      ['ENV', 'OUTPUT', 'STATE', 'PATH', 'STEP_SUMMARY'].map((name) => [
        name,
        join(temporary, `${name.toLowerCase()}_${randomUUID()}`),
      ]),
    );
    for (const file of Object.values(files)) writeFileSync(file, '');
    const env: Record<string, string> = { ...this.#environment, ...Object.fromEntries(this.#exported) };
    for (const [name, file] of Object.entries(files)) env[`GITHUB_${name}`] = file;
    for (const [name, value] of this.#savedState) env[`STATE_${name}`] = value;
    const ended = await runActionProcess({
      script: join(action, script),
      cwd: workspace,
      env,
      onLine: (line) => commands.line(line),
      timeoutMs: (this.#options.timeoutMinutes ?? defaultTimeoutMinutes) * 60_000,
      cancelAfterMs:
        stage === 'main' && this.#options.cancelAfter !== undefined
          ? parseDuration(this.#options.cancelAfter)
          : undefined,
    });
    const isRejected = this.#takeSummary(files['STEP_SUMMARY'] ?? '', commands);
    let isMalformed = false;
    for (const [name, into] of [
      ['OUTPUT', this.#outputs],
      ['STATE', this.#savedState],
      ['ENV', this.#exported],
    ] as const)
      try {
        for (const [key, value] of parseFileCommands(readFileSync(files[name] ?? '', 'utf8')))
          into.set(key, value);
      } catch (error) {
        isMalformed = true;
        commands.annotate(
          'error',
          `Unable to process file command '${name.toLowerCase()}' successfully. ${String(error)}`,
        );
      }
    if (ended.isTimedOut) commands.annotate('error', 'The action has timed out.');
    const failed = ended.exitCode !== 0 || ended.isTimedOut || isMalformed;
    const conclusion = ended.isCancelled ? 'cancelled' : failed ? 'failure' : 'success';
    this.#annotations.push(...commands.annotations);
    this.#log.push(...commands.log);
    this.#stages.push({
      stage,
      conclusion,
      exitCode: ended.exitCode,
      durationMs: Math.round(ended.durationMs),
      ...(isRejected ? { summaryRejected: true } : {}),
    });
    return conclusion;
  }

  #takeSummary(file: string, commands: WorkflowCommands): boolean {
    const bytes = readFileSync(file);
    if (bytes.length > limitOfSummary) {
      commands.annotate('error', '$GITHUB_STEP_SUMMARY upload aborted, supports content up to 1024k');
      return true;
    }
    if (bytes.length > 0) this.#summaries.push(this.masker.mask(bytes.toString()));
    return false;
  }

  #makeEnvironment(given: {
    state: WorldState;
    services: ServiceServer;
    token: string;
    runtimeToken: string;
    secrets: Readonly<Record<string, string>>;
  }): Readonly<Record<string, string>> {
    const { state, services, token, runtimeToken, secrets } = given;
    const { event, id, number, attempt } = this.#run;
    const { workspace, temporary, home, tools } = this.#places;
    const eventPath = join(temporary, 'event.json');
    writeFileSync(eventPath, JSON.stringify(event.payload));
    const serverUrl = this.#options.serverUrl ?? webUrl;
    const github: Record<string, string> = {
      action: '__action',
      actor: event.actor,
      api_url: services.url,
      base_ref: event.baseRef,
      event_name: event.name,
      event_path: eventPath,
      graphql_url: `${services.url}/graphql`,
      head_ref: event.headRef,
      job: this.#options.job ?? 'test',
      ref: event.ref,
      ref_name: event.ref.replace(/^refs\/(heads|tags|pull)\//, ''),
      ref_type: 'branch',
      repository: state.fullName,
      repository_owner: state.owner,
      retention_days: '90',
      run_attempt: String(attempt),
      run_id: String(id),
      run_number: String(number),
      server_url: serverUrl,
      sha: event.sha,
      triggering_actor: event.actor,
      workflow: 'CI',
      workflow_ref: `${state.fullName}/.github/workflows/ci.yml@${event.ref}`,
      workflow_sha: event.sha,
      workspace,
    };
    const runner: Record<string, string> = {
      os: { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }[process.platform as string] ?? 'Linux',
      arch: process.arch === 'arm64' ? 'ARM64' : 'X64',
      name: 'stand-in',
      environment: 'github-hosted',
      temp: temporary,
      tool_cache: tools,
      workspace: join(workspace, '..'),
    };
    const contexts: Contexts = {
      github: { ...github, token, event: event.payload },
      runner,
      secrets: { GITHUB_TOKEN: token, ...secrets },
      matrix: this.#options.matrix ?? null,
    };
    const isEnterpriseServer = new URL(serverUrl).hostname !== 'github.com';
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      LANG: 'C.UTF-8',
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      RUNNER_TRACKING_ID: this.#trackingId,
      ...mapped(
        this.#options.env ?? {},
        (name) => name,
        (value) => interpolate(value, contexts),
      ),
      ...this.#inputs(contexts),
      ...mapped(github, (name) => `GITHUB_${name.toUpperCase()}`),
      ...mapped(runner, (name) => `RUNNER_${name.toUpperCase()}`),
      ACTIONS_RUNTIME_URL: `${services.url}/`,
      ACTIONS_RUNTIME_TOKEN: runtimeToken,
      ACTIONS_RESULTS_URL: `${services.url}/`,
      ACTIONS_CACHE_URL: `${services.url}/`,
      ...(isEnterpriseServer ? {} : { ACTIONS_CACHE_SERVICE_V2: 'True' }),
    };
  }

  #inputs(contexts: Contexts): Readonly<Record<string, string>> {
    const given = this.#options.with ?? {};
    for (const name of Object.keys(given))
      if (!Object.hasOwn(this.#action.inputs, name))
        this.#warnings.push(
          `Unexpected input '${name}', valid inputs are ${Object.keys(this.#action.inputs).join(', ')}`,
        );
    return mapped(
      { ...this.#action.inputs, ...given },
      (name) => `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      (value) => interpolate(value, contexts),
    );
  }
}

function mapped(
  values: Readonly<Record<string, string>>,
  nameOf: (name: string) => string,
  valueOf: (value: string) => string = (value) => value,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [nameOf(name), valueOf(value)]));
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}

/** Where registered secrets got to, besides the log, which the runner masks. */
function findLeaks(
  state: WorldState,
  run: StoredRun,
  services: ServiceServer,
  masker: Masker,
  outputs: Readonly<Record<string, string>>,
): readonly { readonly where: string }[] {
  const places: (readonly [where: string, text: string])[] = [
    ...Object.entries(outputs).map(([name, value]) => [`output ${name}`, value] as const),
    ...services.api.calls.map(
      ({ method, path, body }) => [`${method} ${path}`, JSON.stringify(body)] as const,
    ),
    ...state.artifacts
      .filter(({ runId, finalized }) => finalized && runId === run.id)
      .flatMap((artifact) =>
        [...contentOfArtifact(state, artifact)].map(
          ([name, bytes]) =>
            [`artifact ${artifact.name}: ${name}`, Buffer.from(bytes).toString('latin1')] as const,
        ),
      ),
    ...state.caches
      .filter(({ createdBy, finalized }) => finalized && createdBy === run.uid)
      .map(({ key, blobId }) => [`cache ${key}`, contentOfCache(state, blobId).toString('latin1')] as const),
  ];
  return places.filter(([, text]) => masker.isIn(text)).map(([where]) => ({ where }));
}
