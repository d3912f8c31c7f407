/** Prometheus and what belongs to it, as Debian packages them; a test that finds them absent says so and is skipped. */
import { execFile, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const debianNames = {
  prometheus: 'prometheus',
  promtool: 'promtool',
  alertmanager: 'prometheus-alertmanager',
  pushgateway: 'prometheus-pushgateway',
} as const;

export type ProgramName = keyof typeof debianNames;

/** Its path, under Debian's name or its own. */
function findProgram(name: ProgramName): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return [debianNames[name], name]
    .flatMap((file) => folders.map((folder) => join(folder, file)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** For `describe.skipIf` and its name: which of the programs are not here. */
export function missingPrograms(...names: readonly ProgramName[]): {
  readonly isMissing: boolean;
  readonly reason: string;
} {
  const missing = names.filter((name) => findProgram(name) === undefined).map((name) => debianNames[name]);
  const isMissing = missing.length > 0;
  return { isMissing, reason: isMissing ? ` (skipped: no ${missing.join(', ')} on PATH)` : '' };
}

/** What a program said and how it ended. */
export interface Said {
  readonly exitCode: number;
  readonly output: string;
}

/** Runs promtool; the files are written beside each other first, what is no text as JSON, which is YAML. */
export async function promtool(
  args: readonly string[],
  {
    files = {},
    stdin,
  }: { readonly files?: Readonly<Record<string, string | object>>; readonly stdin?: string } = {},
): Promise<Said> {
  const program = findProgram('promtool') ?? 'promtool';
  const cwd = mkdtempSync(join(tmpdir(), 'mcp-promtool-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), asText(content));
    return await new Promise((done) => {
      const child = execFile(program, [...args], { cwd }, (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        done({ exitCode, output: `${stdout}${stderr}` });
      });
      child.stdin?.end(stdin ?? '');
    });
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** A server that runs. */
export interface RunningProgram {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts Prometheus. @param dataDir of blocks that it is to find; otherwise it begins with nothing */
export async function startPrometheus({
  config,
  files = {},
  dataDir,
}: {
  readonly config: object;
  readonly files?: Readonly<Record<string, string | object>>;
  readonly dataDir?: string;
}): Promise<RunningProgram> {
  return await start('prometheus', { 'prometheus.yml': config, ...files }, '/-/ready', (port, folder) => [
    '--config.file=prometheus.yml',
    `--storage.tsdb.path=${dataDir ?? join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
}

export async function startAlertmanager(config: object): Promise<RunningProgram> {
  return await start('alertmanager', { 'alertmanager.yml': config }, '/-/ready', (port, folder) => [
    '--config.file=alertmanager.yml',
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    // Alone: it would listen for others.
    '--cluster.listen-address=',
  ]);
}

export async function startPushgateway(): Promise<RunningProgram> {
  return await start('pushgateway', {}, '/-/ready', (port) => [`--web.listen-address=127.0.0.1:${port}`]);
}

async function start(
  name: ProgramName,
  files: Readonly<Record<string, string | object>>,
  readyPath: string,
  argsOf: (port: number, folder: string) => readonly string[],
): Promise<RunningProgram> {
  const folder = mkdtempSync(join(tmpdir(), `mcp-${name}-`));
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), asText(content));
  const port = await freePort();
  const child = spawn(findProgram(name) ?? name, argsOf(port, folder), {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-20_000)));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  const isReady = await until(async () => {
    if (child.exitCode !== null) throw new Error(`${name} ended at once:\n${log}`);
    return (await fetch(`${url}${readyPath}`).catch(() => undefined))?.ok === true;
  }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  if (!isReady) {
    await stop();
    throw new Error(`${name} does not become ready:\n${log}`);
  }
  return { url, port, stop };
}

/** Waits for a condition; false when it has not come true in time. */
export async function until(isTrue: () => Promise<boolean>, timeoutMs = 40_000): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    if (await isTrue()) return true;
    if (performance.now() > end) return false;
    await sleep(50);
  }
}

function asText(content: string | object): string {
  return typeof content === 'string' ? content : JSON.stringify(content);
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer().once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => done(port));
    });
  });
}
