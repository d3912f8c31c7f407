import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cliEnvironment } from './run-cli.ts';

const root = resolve(import.meta.dirname, '../..');
const bin = join(root, 'packages/cli/bin/mcp-test-harness.cjs');

/** A line of the service's log. */
interface LogLine {
  readonly level: string;
  readonly event: string;
  readonly [detail: string]: unknown;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** A service that runs, started as its users start it. */
export interface ServeProcess {
  readonly pid: number;
  readonly health: string;
  readonly metrics: string;
  readonly api: string;
  readonly log: readonly LogLine[];
  /** Everything that it wrote. */
  readonly output: () => string;
  /** The first line of the log that this is true of, waited for. */
  waitFor(is: (line: LogLine) => boolean, what: string): Promise<LogLine>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<{ readonly exitCode: number | null; readonly signal: string | null }>;
}

/** What the configurations of these tests have in common: loopback, free ports, state in the folder. */
export function serviceConfig(folder: string, more: Readonly<Record<string, object>> = {}): object {
  return {
    server: {
      command: process.execPath,
      args: [resolve(import.meta.dirname, '../fixtures/rude/server.js'), 'sound'],
    },
    test_suites: [
      { name: 'core', test_cases: [{ id: 'echo', tool_name: 'echo', expected: { text: 'echo' } }] },
    ],
    ...more,
    service: { host: '127.0.0.1', data_dir: join(folder, 'data'), drain_seconds: 5, ...more['service'] },
    monitoring: { enabled: true, metrics_port: 0, health_check_port: 0, ...more['monitoring'] },
    reporting: { output_dir: join(folder, 'reports'), formats: ['json', 'html'], ...more['reporting'] },
    performance: { baseline_storage_path: join(folder, 'baselines'), ...more['performance'] },
    security: {
      enable_audit_logging: false,
      api: { enabled: true, host: '127.0.0.1', port: 0 },
      ...more['security'],
    },
  };
}

/** Starts `serve` with the configuration in this file, or writes one first; resolves when it is ready. */
export async function startServe(
  folder: string,
  config: object | undefined,
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<ServeProcess> {
  const service = launchServe(folder, config, env);
  const ended = service.ended.then(({ exitCode, signal }) => {
    throw new Error(`serve ended with ${exitCode ?? signal}: ${service.output()}`);
  });
  await Promise.race([service.waitFor(({ event }) => event === 'ready', 'ready'), ended]);
  return service;
}

/** The same without waiting. */
export function launchServe(
  folder: string,
  config: object | undefined,
  env: Readonly<Record<string, string | undefined>> = {},
): ServeProcess {
  const file = join(folder, 'production.yaml');
  // JSON is YAML.
  if (config !== undefined) writeFileSync(file, JSON.stringify(config, null, 2));
  const child = spawn(process.execPath, [bin, 'serve', '--config', file], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...cliEnvironment, ...env },
  });
  return new Serve(child);
}

class Serve implements ServeProcess {
  readonly #child: ChildProcess;
  readonly log: LogLine[] = [];
  readonly ended;
  #text = '';
  #rest = '';
  readonly #listeners = new Set<(line: LogLine) => void>();

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => this.#read(chunk));
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (this.#text += chunk));
    this.ended = new Promise<{ readonly exitCode: number | null; readonly signal: string | null }>(
      (resolveEnd, reject) => {
        child.once('error', reject);
        child.once('close', (exitCode, signal) => resolveEnd({ exitCode, signal }));
      },
    );
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get health(): string {
    return this.#url('health');
  }

  get metrics(): string {
    return this.#url('metrics');
  }

  get api(): string {
    return this.#url('api');
  }

  readonly output = (): string => this.#text;

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async waitFor(is: (line: LogLine) => boolean, what: string): Promise<LogLine> {
    const known = this.log.find(is);
    if (known !== undefined) return known;
    return await new Promise((found, reject) => {
      const timer = setTimeout(() => {
        this.#listeners.delete(listener);
        reject(new Error(`not seen in its log: ${what}\n${this.#text}`));
      }, 60_000);
      const listener = (line: LogLine): void => {
        if (!is(line)) return;
        clearTimeout(timer);
        this.#listeners.delete(listener);
        found(line);
      };
      this.#listeners.add(listener);
    });
  }

  #url(name: 'health' | 'metrics' | 'api'): string {
    const ready = this.log.find(({ event }) => event === 'ready')?.[name] as Address | undefined;
    if (ready === undefined) throw new Error(`the service has no ${name} listener`);
    return `http://${ready.host}:${ready.port}`;
  }

  #read(chunk: string): void {
    this.#text += chunk;
    const lines = `${this.#rest}${chunk}`.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const text of lines.filter((one) => one.startsWith('{'))) {
      const line = JSON.parse(text) as LogLine;
      this.log.push(line);
      for (const listener of this.#listeners) listener(line);
    }
  }
}
