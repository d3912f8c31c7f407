import type { RunResult } from '@mcp-test-harness/core';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const bin = join(root, 'packages/cli/bin/mcp-test-harness.cjs');

/** What a program of these tests inherits: the command line and the reference servers on PATH, and no colours. */
export const cliEnvironment = {
  PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
  HOME: process.env['HOME'],
  NO_COLOR: '1',
};

/** A run of the command line that has ended. */
export interface CliRun {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly durationMs: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run that goes on. */
export interface CliProcess {
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<CliRun>;
}

export interface CliOptions {
  readonly cwd?: string | undefined;
  /** Added to {@link cliEnvironment}; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Starts the built command line, as its users do. */
export function startCli(args: readonly string[], options: CliOptions = {}): CliProcess {
  return start(process.execPath, [bin, ...args], options);
}

/** Runs the built command line to its end. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  return startCli(args, options).ended;
}

/** Runs a line in a shell that finds `mcp-test-harness` on PATH. */
export function runShell(
  line: string,
  options: CliOptions & { readonly shell?: string } = {},
): Promise<CliRun> {
  return start(options.shell ?? 'sh', ['-c', line], options).ended;
}

function start(program: string, args: readonly string[], { cwd, env }: CliOptions): CliProcess {
  const startedAt = performance.now();
  const child = spawn(program, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...cliEnvironment, ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<CliRun>((resolveRun, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) =>
      resolveRun({ exitCode, signal, durationMs: performance.now() - startedAt, stdout, stderr }),
    );
  });
  return { kill: (signal) => child.kill(signal), ended };
}

/** `test` with this configuration and a JSON report; `result` is undefined when there is no report. */
export async function testWithConfig(
  config: object,
): Promise<CliRun & { readonly result: RunResult | undefined }> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-test-harness-'));
  try {
    // JSON is YAML.
    writeFileSync(join(folder, 'suite.yaml'), JSON.stringify(config, null, 2));
    const args = ['test', '--config', 'suite.yaml', '--report', 'json:out.json'];
    const run = await startCli(args, { cwd: folder }).ended;
    return { ...run, result: readReport(join(folder, 'out.json')) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A JSON report; undefined when the file does not exist. */
export function readReport(file: string): RunResult | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  return JSON.parse(text) as RunResult;
}
