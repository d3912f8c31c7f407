/** The workflows of this repository and of its examples: what actionlint says, and what it does not look at. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { actionlint } from './support/actionlint.ts';
import { workflowFaults, type ActionInterface } from './support/workflow-rules.ts';
import { readWorkflows } from './support/workflows.ts';

const root = resolve(import.meta.dirname, '..');
const own = readWorkflows('.github/workflows/*.yml');
const examples = readWorkflows('examples/*/.github/workflows/*.yml');
const action = readAction();

function readAction(): ActionInterface | undefined {
  const file = resolve(root, 'action.yml');
  if (!existsSync(file)) return undefined;
  const { inputs, outputs } = parse(readFileSync(file, 'utf8')) as Record<'inputs' | 'outputs', object>;
  return { inputs: Object.keys(inputs), outputs: Object.keys(outputs) };
}

describe('a workflow', () => {
  it.each([...own, ...examples])('$path is one that actionlint accepts', async ({ path, text }) => {
    const found = await actionlint(text, path);
    expect(found.map(({ line, column, message }) => `${path}:${line}:${column} ${message}`)).toEqual([]);
  });

  it.each(own)('$path keeps our rules', ({ text }) => {
    expect(workflowFaults(text, action)).toEqual([]);
  });

  it.each(examples)('$path keeps the rules of an example', ({ text }) => {
    expect(workflowFaults(text, action, true)).toEqual([]);
  });

  it('pins an action to the same commit as all others', () => {
    const pins = new Map<string, Set<string>>();
    for (const { text } of [...own, ...examples])
      for (const [, name = '', pin = ''] of text.matchAll(/uses: ([\w./-]+)@([0-9a-f]{40} # \S+)/g))
        pins.set(name, (pins.get(name) ?? new Set()).add(pin));
    expect([...pins].filter(([, commits]) => commits.size > 1)).toEqual([]);
    expect(pins.size).toBeGreaterThan(4);
  });

  it('is there for everything that is promised', () => {
    const names = own.map(({ path }) => path.replace('.github/workflows/', ''));
    expect(names).toEqual([
      'action-comment.yml',
      'action-matrix.yml',
      'action-read-only.yml',
      'action.yml',
      'ci.yml',
      'release.yml',
    ]);
    expect(examples.length).toBeGreaterThanOrEqual(8);
  });
});

describe('the rules', () => {
  const sound = [
    'on: push',
    'permissions: { contents: read }',
    'jobs:',
    '  a:',
    '    runs-on: ubuntu-24.04',
    '    timeout-minutes: 5',
    '    steps:',
    '      - run: echo "$TITLE"',
  ].join('\n');
  const sha = '0123456789abcdef0123456789abcdef01234567';
  const step = (text: string): string => `${sound}\n      - ${text}`;
  const known: ActionInterface = { inputs: ['config', 'setup-command'], outputs: ['outcome'] };

  it('find nothing in a sound workflow', () => {
    expect(workflowFaults(step(`uses: actions/setup-node@${sha} # v6.4.0`), known)).toEqual([]);
    expect(workflowFaults(step('uses: ./\n        with: { config: a.yaml }'), known)).toEqual([]);
  });

  it.each([
    ['a tag', step('uses: actions/setup-node@v6'), 'not pinned'],
    ['a commit that tells no version', step(`uses: actions/setup-node@${sha}`), 'not pinned'],
    ['a short commit', step('uses: actions/setup-node@0123456 # v6.4.0'), 'not pinned'],
    ['our own Action by its tag', step('uses: mcp-test-harness/mcp-test-harness@v1'), 'not pinned'],
    ['no permissions', sound.replace(/permissions: .*\n/, ''), 'no permissions at the top'],
    ['all permissions', sound.replace(/permissions: .*/, 'permissions: write-all'), 'permissions: write-all'],
    [
      'a right for every job',
      `${sound.replace('contents: read', 'contents: write')}\n  b:\n    timeout-minutes: 1\n    steps: []`,
      'give it to the job that needs it',
    ],
    ['code of strangers with secrets', sound.replace('push', '[pull_request_target]'), 'pull_request_target'],
    ['a spliced title', sound.replace('$TITLE', '${{ github.event.pull_request.title }}'), 'pass it by env'],
    [
      'a spliced branch',
      step('uses: ./\n        with: { setup-command: "git switch ${{ github.head_ref }}" }'),
      'setup-command',
    ],
    ['no limit of time', sound.replace(/ {4}timeout-minutes: 5\n/, ''), 'no timeout-minutes'],
    ['a token on the disk', step(`uses: actions/checkout@${sha} # v6.0.2`), 'persist-credentials'],
    ['an input that there is not', step('uses: ./\n        with: { confg: a.yaml }'), 'no input confg'],
    [
      'an output that there is not',
      step(
        'uses: ./\n        id: x\n      - env: { A: "${{ steps.x.outputs.outcom }}" }\n        run: "true"',
      ),
      'no output outcom',
    ],
  ])('find %s', (_, text, fault) => {
    expect(workflowFaults(text, known)).toEqual([expect.stringContaining(fault)]);
  });

  it('leave an example what makes it short', () => {
    const text = step('uses: mcp-test-harness/mcp-test-harness@v1').replace(/ {4}timeout-minutes: 5\n/, '');
    expect(workflowFaults(text, known, true)).toEqual([]);
    expect(workflowFaults(step('uses: actions/checkout@v6'), known, true)).toHaveLength(1);
  });

  it('come after actionlint, which finds what a runner would refuse', async () => {
    const found = await actionlint(sound.replace('runs-on: ubuntu-24.04', 'needs: [b]'), 'a.yml');
    expect(found.map(({ message }) => message).join('\n')).toMatch(/"runs-on"|job "b"/);
  });
});
