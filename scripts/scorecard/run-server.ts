import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ComplianceResult } from '@mcp-test-harness/core/compliance';
import { resolveCommand } from './install.ts';
import { planLaunch, toConfig, toSession } from './launch.ts';
import { findTagged, tagVariable } from './leftovers.ts';
import { measureTools } from './measure-tools.ts';
import type { HarnessConduct, Score, ScoredServer } from './types.ts';
import { clearWorkplace, makeWorkplace } from './workplace.ts';

const cli = resolve(import.meta.dirname, '../../packages/cli/bin/mcp-test-harness.cjs');
/** Longest run of `compliance`, and what it may take to end after an interrupt, in ms. */
const limitMs = 60_000;
const endMs = 10_000;

/** What the harness printed and how it fared. */
export interface ServerRun extends HarnessConduct {
  /** Undefined when it printed none. */
  readonly result: ComplianceResult | undefined;
  readonly stderr: string;
  readonly tools: Score['tools'];
  /** What of all this is of this run alone, and what to write in its place. */
  readonly places: readonly (readonly [text: string, instead: string])[];
}

/**
 * Runs the built command line against an installed server, in a home and a folder made for it, and looks for processes
 * that it leaves behind; those it ends.
 */
export async function runServer(server: ScoredServer, modules: string): Promise<ServerRun> {
  const workplace = await makeWorkplace();
  try {
    const { home } = workplace;
    const command = await resolveCommand(modules, server.command);
    const launch = await planLaunch(server, { command, ...workplace });
    const config = join(home, 'scorecard.yaml');
    await writeFile(config, JSON.stringify(toConfig(launch)));
    const tag = randomUUID();
    const env = { PATH: process.env['PATH'] ?? '', HOME: home, [tagVariable]: tag };
    const began = performance.now();
    const { code, stdout, stderr } = await runCli(['compliance', '--config', config, '--json'], env);
    const seconds = (performance.now() - began) / 1000;
    const left = await findTagged(tag);
    for (const { pid } of left) process.kill(pid, 'SIGKILL');
    return {
      seconds,
      exitCode: code,
      leftBehind: left.map(({ command }) => command),
      result: readResult(stdout),
      stderr,
      tools: await measureTools(toSession(launch, env)),
      places: [
        [home, '~'],
        [modules, 'node_modules'],
        [String(launch.port), 'PORT'],
      ],
    };
  } finally {
    await clearWorkplace(workplace);
  }
}

function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [cli, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const timers = [
      setTimeout(() => child.kill('SIGINT'), limitMs),
      setTimeout(() => child.kill('SIGKILL'), limitMs + endMs),
    ];
    child.on('error', fail).on('close', (code) => {
      timers.forEach(clearTimeout);
      done({ code, stdout, stderr });
    });
  });
}

function readResult(text: string): ComplianceResult | undefined {
  try {
    return JSON.parse(text) as ComplianceResult;
  } catch {
    return undefined;
  }
}
