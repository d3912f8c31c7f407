import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cliEnvironment } from './run-cli.ts';

const root = resolve(import.meta.dirname, '../..');

/** A Vitest to test with. */
export interface VitestVersion {
  readonly major: 4 | 5;
  readonly folder: string;
  /** Why it cannot be used here, for the title of what is skipped; '' when it can. */
  readonly missing: string;
}

/** The Vitest versions that packages/vitest promises to work with. */
export const vitestVersions: readonly VitestVersion[] = [
  version(5, join(root, 'node_modules/vitest')),
  version(4, join(root, 'test/fixtures/vitest-4/node_modules/vitest')),
];

function version(major: 4 | 5, folder: string): VitestVersion {
  const missing = existsSync(join(folder, 'vitest.mjs'))
    ? ''
    : ` (skipped: no Vitest ${major}; npm ci brings it)`;
  return { major, folder, missing };
}

/** What one test came to, as Vitest's JSON reporter tells it. */
interface ReportedTest {
  readonly fullName: string;
  readonly title: string;
  readonly status: 'passed' | 'failed' | 'skipped' | 'pending' | 'todo';
  readonly failureMessages: readonly string[];
}

/** A run of Vitest that has ended. */
export interface VitestRun {
  readonly exitCode: number | null;
  readonly output: string;
  /** Undefined when Vitest wrote no report. */
  readonly success: boolean | undefined;
  readonly tests: readonly ReportedTest[];
  /** Of files that could not be collected, and the like. */
  readonly fileMessages: readonly string[];
  readonly folder: string;
}

/** A project of its own, whose node_modules have one Vitest and the packages as built. */
export class VitestProject {
  readonly folder: string;
  readonly #env: Readonly<Record<string, string>>;

  /** @param fixture folder below test/fixtures */
  constructor(
    { folder: vitest }: VitestVersion,
    fixture: string,
    env: Readonly<Record<string, string>> = {},
  ) {
    // Stacks have the real path.
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), 'mcp-vitest-')));
    this.#env = env;
    cpSync(join(root, 'test/fixtures', fixture), this.folder, { recursive: true });
    this.write('package.json', { private: true, type: 'module' });
    const modules = join(this.folder, 'node_modules');
    mkdirSync(join(modules, '@mcp-test-harness/vitest'), { recursive: true });
    symlinkSync(realpathSync(vitest), join(modules, 'vitest'));
    symlinkSync(join(root, 'packages/core'), join(modules, '@mcp-test-harness/core'));
    // A link would lead to the Vitest of the repository.
    for (const part of ['package.json', 'dist'])
      cpSync(join(root, 'packages/vitest', part), join(modules, '@mcp-test-harness/vitest', part), {
        recursive: true,
      });
  }

  write(name: string, content: string | object): void {
    writeFileSync(join(this.folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }

  /** Runs Vitest to its end. */
  async run(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<VitestRun> {
    return await this.start(args, env).ended;
  }

  /** Starts a run that can be cut off. */
  start(
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): { readonly pid: number; readonly ended: Promise<VitestRun> } {
    const report = join(this.folder, 'report.json');
    rmSync(report, { force: true });
    const vitest = join(this.folder, 'node_modules/vitest/vitest.mjs');
    const child = spawn(
      process.execPath,
      [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args],
      {
        cwd: this.folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...cliEnvironment, FIXTURES: join(root, 'test/fixtures'), ...this.#env, ...env },
      },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise<VitestRun>((done, failed) => {
      child.once('error', failed);
      child.once('close', (exitCode) =>
        done({ exitCode, output, folder: this.folder, ...readReport(report) }),
      );
    });
    return { pid: child.pid ?? 0, ended };
  }

  /** What TypeScript has to say of some files, under strict settings, those of libraries included; '' for nothing. */
  async checkTypes(files: readonly string[]): Promise<string> {
    symlinkSync(join(root, 'node_modules/@types'), join(this.folder, 'node_modules/@types'));
    this.write('tsconfig.json', {
      compilerOptions: {
        target: 'ES2023',
        lib: ['ES2024'],
        module: 'NodeNext',
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        noEmit: true,
        types: ['node'],
      },
      files,
    });
    const child = spawn(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return await new Promise((done, failed) => {
      child.once('error', failed);
      child.once('close', () => done(output));
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function readReport(file: string): Pick<VitestRun, 'success' | 'tests' | 'fileMessages'> {
  if (!existsSync(file)) return { success: undefined, tests: [], fileMessages: [] };
  const { success, testResults } = JSON.parse(readFileSync(file, 'utf8')) as {
    success: boolean;
    testResults: readonly { message: string; assertionResults: readonly ReportedTest[] }[];
  };
  return {
    success,
    tests: testResults.flatMap(({ assertionResults }) => assertionResults),
    fileMessages: testResults.map(({ message }) => message).filter((message) => message !== ''),
  };
}
