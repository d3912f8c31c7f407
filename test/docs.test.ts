/** What the pages show is true: each block of YAML is valid, the examples pass on a real server, the programs run. */
import { createPlan, loadConfig, runPlan, type RunResult } from '@mcp-test-harness/core';
import { createSnapshotStore, expectedSchema } from '@mcp-test-harness/core/assertions';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { actionlint } from './support/actionlint.ts';
import { exampleComment, insertComment } from './support/comment-example.ts';
import { readCodeBlocks, type CodeBlock } from './support/markdown-blocks.ts';
import { cliEnvironment } from './support/run-cli.ts';
import { ownAction, type Job, type Workflow } from './support/workflows.ts';

type Mapping = Readonly<Record<string, unknown>>;

const root = resolve(import.meta.dirname, '..');
const blocks = readCodeBlocks();
const yaml = blocks.filter(({ language }) => language === 'yaml');
const everything = { command: 'mcp-server-everything', args: ['stdio'] };
const placeholder = { id: 'placeholder', method: 'ping' };
/** What blocks take from the environment. */
const secrets = {
  CLIENT_SECRET: 'of no weight',
  SMTP_PASSWORD: 'of no weight',
  SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/of/no/weight',
  OPS_WEBHOOK_URL: 'https://hooks.example.com/of/no/weight',
  OPS_WEBHOOK_SECRET: 'a secret of no weight',
};
/** Blocks that are no configuration begin with the name of their file. */
const isForeign = ({ text }: CodeBlock) => /^# (?:\.github|\.gitlab|rbac\.yaml|tls-config\.yaml)/.test(text);

const isWorkflow = ({ text }: CodeBlock): boolean => text.startsWith('# .github/workflows/');

/** Makes a whole workflow of steps. */
function completeWorkflow(block: Mapping): Workflow {
  if ('jobs' in block) return block as unknown as Workflow;
  const job = { 'runs-on': 'ubuntu-latest', ...block } as unknown as Job;
  return { on: 'push', permissions: {}, jobs: { job } };
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Makes a whole configuration of a block, by what its keys belong to. */
function completeConfig(value: unknown): Mapping {
  if (value === null) return completeConfig({});
  if (Array.isArray(value)) return configOf(value);
  const block = value as Mapping;
  const keys = Object.keys(block);
  if (keys.length > 0 && keys.every((key) => key in expectedSchema.shape)) {
    return configOf([{ ...placeholder, expected: block }]);
  }
  if (keys.some((key) => key === 'expected' || key === 'only_if' || key === 'skip_if')) {
    return configOf([{ ...placeholder, ...block }]);
  }
  return { ...configOf([placeholder]), ...block };
}

function configOf(tests: readonly unknown[]): Mapping {
  return { server: everything, test_suites: [{ name: 'docs', test_cases: tests }] };
}

async function load(config: Mapping, name: string) {
  const file = join(folder, name, 'mcp-test-harness.yaml');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, stringify(config));
  return await loadConfig({ file, env: { ...cliEnvironment, ...secrets } });
}

describe('blocks of YAML', () => {
  it('are found', () => {
    const pages = new Set(yaml.map(({ page }) => page));
    for (const page of [
      'README.md',
      'docs/assertions.md',
      'docs/reference/configuration.md',
      'docs/reports.md',
    ])
      expect(pages).toContain(page);
  });

  it.each(yaml.filter((block) => !isForeign(block)))(
    '$place is valid in its place',
    async ({ text, place }) => {
      const loaded = await load(completeConfig(parse(text)), place.replaceAll(/\W/g, '-'));
      expect(createPlan(loaded).testCount).toBeGreaterThan(0);
    },
  );

  it.each(yaml.filter(isForeign))('$place, another file, is YAML', ({ text }) => {
    expect(parse(text)).toBeTypeOf('object');
  });

  it.each(yaml.filter(isWorkflow))(
    '$place is a workflow that runs, with inputs that there are',
    async ({ text, place }) => {
      const workflow = completeWorkflow(parse(text) as Mapping);
      expect(await actionlint(stringify(workflow), place)).toEqual([]);
      const { inputs } = parse(await readFile(join(root, 'action.yml'), 'utf8')) as { inputs: Mapping };
      const given = Object.values(workflow.jobs)
        .flatMap(({ steps }) => steps)
        .filter(({ uses }) => uses === ownAction)
        .flatMap((step) => Object.keys(step.with ?? {}));
      expect(given.filter((name) => inputs[name] === undefined)).toEqual([]);
    },
  );

  it('are refused when they are wrong, so that the above means something', async () => {
    await expect(load(completeConfig({ txt: 'x' }), 'wrong-key')).rejects.toThrow('txt');
    await expect(load(completeConfig({ json: { a: { range: {} } } }), 'wrong-option')).rejects.toThrow(
      'range',
    );
  });
});

describe('the examples of docs/assertions.md', () => {
  const tests = yaml
    .filter(({ page }) => page === 'docs/assertions.md')
    .flatMap(({ text }) => {
      const value: unknown = parse(text);
      return Array.isArray(value) ? (value as readonly Mapping[]) : [];
    });

  async function run(update: boolean): Promise<RunResult> {
    const plan = createPlan(await load(configOf(tests), 'examples'));
    return await runPlan(plan, {
      env: cliEnvironment,
      harness: { version: '0', node: process.versions.node, platform: process.platform },
      snapshots: createSnapshotStore({ dir: plan.baseDir, update, ci: false }),
    });
  }

  it('hold on server-everything, its snapshots too when they are compared', async () => {
    await run(true);
    const result = await run(false);
    const outcomes = result.suites.flatMap((suite) =>
      suite.tests.map(({ test, outcome, failures, error }) => [
        test,
        outcome,
        failures[0]?.message ?? error?.message,
      ]),
    );
    expect(outcomes).toEqual(tests.map(({ id }) => [id, 'passed', undefined]));
    expect(outcomes.length).toBeGreaterThan(14);
  });

  it('use every key of expected and every validation type', async () => {
    const text = yaml.map((block) => block.text).join('\n');
    for (const key of Object.keys(expectedSchema.shape).filter((name) => name !== 'is_error'))
      expect(`${key}: ${new RegExp(`\\b${key}:`).test(text)}`).toBe(`${key}: true`);
    const { describeAssertions } = await import('@mcp-test-harness/core/assertions');
    for (const { name } of describeAssertions()) expect(text).toMatch(new RegExp(`type: '?${name}\\b`));
  });
});

describe('the programs of docs/library.md', () => {
  const programs = blocks.filter(({ page, language }) => page === 'docs/library.md' && language === 'js');
  let workplace: string;

  beforeAll(async () => {
    // Below the repository, so that the packages are found.
    workplace = await mkdtemp(join(root, 'node_modules/.docs-'));
    const suite = { name: 's', tags: ['smoke'], test_cases: [placeholder] };
    await writeFile(
      join(workplace, 'mcp-test-harness.yaml'),
      stringify({ server: everything, test_suites: [suite] }),
    );
  });
  afterAll(() => rm(workplace, { recursive: true, force: true }));

  async function runProgram(
    text: string,
  ): Promise<{ readonly code: number | null; readonly output: string }> {
    await writeFile(join(workplace, 'program.mjs'), text);
    const child = spawn(process.execPath, ['--conditions=mcp-test-harness-source', 'program.mjs'], {
      cwd: workplace,
      env: cliEnvironment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return await new Promise((done, failed) => {
      child.once('error', failed);
      child.once('close', (code) => done({ code, output }));
    });
  }

  it.each([
    [
      'a conversation',
      0,
      [/mcp-servers\/everything \d{4}-/, /Echo: hello/, /'get-sum'/, /-32601 \d/, /stdin-closed \[\]/],
    ],
    [
      'an answer judged',
      1,
      [/^expected\.text\.contains: expected text to contain "hello", got "Echo: hullo"$/m],
    ],
    ['a whole suite', 2, [/passed s\/placeholder/]],
    ['statistics', 3, [/index: 20/, /regressed 1\.357/, /direction: 'regression'/]],
    ['an error', 4, [/CONFIG_UNREADABLE/]],
  ] as const)('run: %s', async (_, index, says) => {
    const { code, output } = await runProgram(programs[index]?.text ?? '');
    expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(says[0]) });
    for (const pattern of says) expect(output).toMatch(pattern);
    if (index === 2)
      expect(await readFile(join(workplace, 'report.html'), 'utf8')).toContain('The one test passed');
  });

  it('are all run', () => {
    expect(programs).toHaveLength(5);
  });
});

describe('the comment that the README shows', () => {
  it('is what a report of such a pull request renders', async () => {
    const page = await readFile(join(root, 'README.md'), 'utf8');
    await expect(insertComment(page, exampleComment())).toMatchFileSnapshot('../README.md');
  });
});

describe('links between pages', () => {
  it('lead to files and headings that are there', async () => {
    const docs = (await readdir(join(root, 'docs'), { recursive: true })).filter((name) =>
      name.endsWith('.md'),
    );
    const broken: string[] = [];
    const readmes = (await readdir(join(root, 'examples'), { recursive: true }))
      .filter((name) => name.endsWith('README.md') && !name.includes('node_modules'))
      .map((name) => `examples/${name}`);
    const others = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...readmes];
    for (const page of [...others, ...docs.map((name) => `docs/${name}`)]) {
      const text = (await readFile(join(root, page), 'utf8')).replaceAll(/^```[\s\S]*?^```$/gm, '');
      for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(target)) continue;
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? join(root, page) : join(root, dirname(page), path);
        if (!existsSync(file)) broken.push(`${page}: ${target}`);
        else if (anchor !== undefined && !(await headingsOf(file)).has(anchor))
          broken.push(`${page}: ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });
});

/** The anchors that GitHub gives to headings. */
async function headingsOf(file: string): Promise<ReadonlySet<string>> {
  const text = await readFile(file, 'utf8');
  return new Set(
    [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
