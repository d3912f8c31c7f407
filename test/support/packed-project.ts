import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** A package as `npm pack` makes it. */
export interface PackedPackage {
  readonly name: string;
  readonly tarball: string;
  /** What is in it, as paths of the package. */
  readonly files: readonly string[];
}

/** Packs a folder of `packages`. */
export async function pack(folder: string, destination: string): Promise<PackedPackage> {
  const { stdout } = await run(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', destination],
    { cwd: join(root, 'packages', folder) },
  );
  const [packed] = Object.values(
    JSON.parse(stdout) as readonly {
      readonly name: string;
      readonly filename: string;
      readonly files: readonly { readonly path: string }[];
    }[],
  );
  if (packed === undefined) throw new Error(`npm pack said ${stdout}`);
  const tarball = join(destination, packed.filename.replace('@', '').replace('/', '-'));
  return { name: packed.name, tarball, files: packed.files.map(({ path }) => path) };
}

/** What a command came to. */
export interface CommandRun {
  readonly exitCode: number;
  readonly output: string;
}

/** A project outside of the repository, with packages from tarballs and others from the registry. */
export class PackedProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'mcp-packed-'));

  async install(packages: readonly PackedPackage[], others: Readonly<Record<string, string>>): Promise<void> {
    const ours = Object.fromEntries(packages.map(({ name, tarball }) => [name, `file:${tarball}`]));
    this.write('package.json', { private: true, type: 'module', dependencies: { ...ours, ...others } });
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
    await run('npm', ['install', ...quiet], { cwd: this.folder });
  }

  write(name: string, content: string | object): void {
    const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
    writeFileSync(join(this.folder, name), text);
  }

  copy(from: string, to: string): void {
    cpSync(join(root, from), join(this.folder, to), { recursive: true });
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  /** Runs a program of the project's node_modules/.bin, or `node` itself, under that Node. */
  async run(node: string, program: string, args: readonly string[]): Promise<CommandRun> {
    const bin = join(this.folder, 'node_modules/.bin');
    const path = [dirname(node), bin, process.env['PATH']].join(delimiter);
    const env = { PATH: path, HOME: process.env['HOME'], NO_COLOR: '1' };
    const [command, all] = program === 'node' ? [node, args] : [join(bin, program), args];
    try {
      const { stdout, stderr } = await run(command, all, { cwd: this.folder, env, maxBuffer: 2 ** 26 });
      return { exitCode: 0, output: stdout + stderr };
    } catch (error) {
      const {
        code,
        stdout = '',
        stderr = '',
      } = error as {
        code?: unknown;
        stdout?: string;
        stderr?: string;
      };
      if (typeof code !== 'number') throw error;
      return { exitCode: code, output: stdout + stderr };
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
