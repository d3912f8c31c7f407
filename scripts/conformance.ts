/**
 * Runs the scenarios that a revision requires of clients (https://github.com/modelcontextprotocol/conformance) through
 * our client, prints a table, and fails when one that we must pass does not.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';

const suite = dirname(
  createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json'),
);
const client = resolve(import.meta.dirname, 'conformance/client.ts');
const revisions = ['2025-11-25', '2026-07-28'];
const timeoutMs = 60_000;

interface Outcome {
  readonly revision: string;
  readonly scenario: string;
  readonly state: 'passed' | 'failed';
  readonly note: string;
}

const outcomes: Outcome[] = [];
for (const revision of revisions) {
  for (const scenario of requiredScenarios(revision)) {
    const outcome = await runScenario(revision, scenario);
    outcomes.push(outcome);
    console.log(`${revision}  ${outcome.state} ${scenario}${outcome.note === '' ? '' : `: ${outcome.note}`}`);
  }
}
const count = (state: Outcome['state']): number => outcomes.filter((one) => one.state === state).length;
console.log(`\n${count('passed')} passed, ${count('failed')} failed`);
process.exitCode = count('failed') === 0 ? 0 : 1;

function requiredScenarios(revision: string): readonly string[] {
  const file = join(suite, 'requirements', `${revision}.yaml`);
  const { client: required } = parse(readFileSync(file, 'utf8')) as { client: readonly string[] };
  return required;
}

async function runScenario(revision: string, scenario: string): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-conformance-'));
  const command = `${process.execPath} --conditions=mcp-test-harness-source ${client}`;
  try {
    const { code, text } = await run([
      join(suite, 'dist/index.js'),
      'client',
      '--command',
      command,
      '--scenario',
      scenario,
      '--spec-version',
      revision,
      '--timeout',
      String(timeoutMs / 2),
      '--output-dir',
      folder,
    ]);
    const failed = text.split('\n').filter((line) => /FAILURE|✗/.test(line));
    const note =
      code === 0 ? '' : failed.slice(0, 5).join(' | ') || text.trim().split('\n').slice(-3).join(' | ');
    return { revision, scenario, state: code === 0 ? 'passed' : 'failed', note };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(args: readonly string[]): Promise<{ readonly code: number | null; readonly text: string }> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    child.on('error', fail);
    child.on('close', (code) => done({ code, text }));
  });
}
