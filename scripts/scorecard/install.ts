import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScoredServer } from './types.ts';

/**
 * Installs a server in a folder of its own below `cache`, without its install scripts, unless it is there already.
 * @returns the folder's node_modules
 * @throws Error with the end of what npm said
 */
export async function installServer(
  { package: name, version }: Pick<ScoredServer, 'package' | 'version'>,
  cache: string,
): Promise<string> {
  const folder = join(cache, `${name.replace(/^@/, '').replace('/', '__')}@${version}`);
  const modules = join(folder, 'node_modules');
  if ((await installedVersion(join(modules, name))) === version) return modules;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
  const { code, output } = await runNpm(['install', ...flags, `${name}@${version}`], folder);
  if (code === 0) return modules;
  throw new Error(`npm could not install ${name}@${version}: ${output.trim().slice(-1000)}`);
}

/**
 * The file of an executable of node_modules/.bin, or of a path in node_modules, which is made executable: the script that
 * would have done so was not run.
 */
export async function resolveCommand(modules: string, command: string): Promise<string> {
  const bin = join(modules, '.bin', command);
  if (existsSync(bin)) return bin;
  const file = join(modules, command);
  await chmod(file, 0o755);
  return file;
}

async function installedVersion(folder: string): Promise<string | undefined> {
  try {
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      version?: string;
    };
    return version;
  } catch {
    return undefined;
  }
}

function runNpm(
  args: readonly string[],
  cwd: string,
): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((done, fail) => {
    const npm = spawn('npm', args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [npm.stdout, npm.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    npm.on('error', fail).on('close', (code) => done({ code, output }));
  });
}
