import type { RunResult } from '@mcp-test-harness/core';
import type { JobIdentity } from '@mcp-test-harness/report/job';
import { mkdirSync } from 'node:fs';
import { arch, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { EventContext } from './event.ts';
import { GitHub } from './github.ts';
import type { Inputs } from './inputs.ts';
import type { Log } from './log.ts';
import { serverEnvironment } from './server-environment.ts';
import type { Stop } from './stop.ts';
import { harnessVersion } from './version.ts';

/** Everything that the modes of the Action work with. */
export interface Workplace {
  readonly inputs: Inputs;
  readonly event: EventContext;
  readonly log: Log;
  readonly stop: Stop;
  readonly github: GitHub;
  readonly job: JobIdentity;
  readonly harness: RunResult['harness'];
  /** What servers inherit. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Root of the repository. */
  readonly root: string;
  /** Where paths of inputs are relative to. */
  readonly directory: string;
  /** Where reports are written. */
  readonly reports: string;
  readonly temporary: string;
  readonly workflowRef: string | undefined;
  /** A machine of GitHub's, which runs this job and nothing else. */
  readonly isHosted: boolean;
}

export function openWorkplace(
  inputs: Inputs,
  event: EventContext,
  log: Log,
  stop: Stop,
  env: Readonly<Record<string, string | undefined>>,
): Workplace {
  const root = env['GITHUB_WORKSPACE'] ?? process.cwd();
  const temporary = env['RUNNER_TEMP'] ?? tmpdir();
  const os = env['RUNNER_OS'] ?? process.platform;
  const architecture = env['RUNNER_ARCH'] ?? arch();
  return {
    inputs,
    event,
    log,
    stop,
    github: new GitHub({
      event,
      token: inputs.token,
      apiUrl: env['GITHUB_API_URL'] ?? 'https://api.github.com',
      workspace: root,
      temporary,
    }),
    job: {
      key: inputs.baselineKey,
      title: inputs.baselineKey === 'default' ? event.job : inputs.baselineKey,
      os,
      arch: architecture,
      runId: event.runId,
      attempt: event.attempt,
      runUrl: event.runUrl,
      headSha: event.headSha,
    },
    harness: {
      version: harnessVersion(),
      node: process.versions.node,
      platform: `${process.platform}-${process.arch}`,
    },
    env: serverEnvironment(env),
    root,
    directory: resolve(root, inputs.workingDirectory),
    reports: makeReportsDirectory(temporary, event),
    temporary,
    workflowRef: env['GITHUB_WORKFLOW_REF'],
    isHosted: env['RUNNER_ENVIRONMENT'] === 'github-hosted',
  };
}

/** Of this step alone: several steps of a job may use the Action. */
function makeReportsDirectory(temporary: string, { runId, attempt }: EventContext): string {
  const directory = join(temporary, `mcp-test-harness-${runId}-${attempt}-${process.pid}`);
  mkdirSync(directory, { recursive: true });
  return directory;
}
