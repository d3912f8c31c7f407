import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runCli, runShell } from './support/run-cli.ts';

/** What the shell is told at this point of a command line; the last word is the one to complete. */
async function complete(...words: readonly string[]): Promise<{ words: string[]; files: boolean }> {
  const { stdout, stderr, exitCode } = await runCli(['complete', '--', ...words]);
  expect([stderr, exitCode]).toEqual(['', 0]);
  const lines = stdout.trimEnd().split('\n');
  const directive = lines.pop();
  return { words: lines.map((line) => line.split('\t')[0] ?? ''), files: directive === ':0' };
}

describe.concurrent('completion answers with', () => {
  it('commands, described', async () => {
    const { stdout } = await runCli(['complete', '--', 'va']);
    expect(stdout).toBe('validate\tCheck a configuration\n:4\n');
  });

  it.each([
    [
      'all commands',
      [''],
      { words: expect.arrayContaining(['test', 'init', 'call']) as unknown, files: false },
    ],
    ['options of the command', ['test', '--re'], { words: ['--report'], files: false }],
    ['options of an alias', ['run', '--update-s'], { words: ['--update-snapshots'], files: false }],
    ['short options', ['list', '-g'], { words: ['-g'], files: false }],
    [
      'values of an option',
      ['test', '--protocol-checks', ''],
      { words: ['error', 'warn', 'off'], files: false },
    ],
    ['values after =', ['init', '--template=p'], { words: ['--template=production'], files: false }],
    ['files for an option', ['test', '-v', '--config', ''], { words: [], files: true }],
    ['files for an argument', ['report', 'a.json', ''], { words: [], files: true }],
    ['values of an argument', ['completion', 'f'], { words: ['fish'], files: false }],
    ['files in a command after --', ['call', '--', 'node', ''], { words: [], files: true }],
    ['nothing for an unknown command', ['tset', '--'], { words: [], files: false }],
  ])('%s', async (_title, words, answer) => {
    expect(await complete(...words)).toEqual(answer);
  });
});

describe.concurrent('the completion script for', () => {
  const shells = [
    { shell: 'bash', check: 'bash -n', registers: /^complete -o default -F \S+ mcp-test-harness$/m },
    { shell: 'zsh', check: 'zsh -n', registers: /^compdef _mcp-test-harness mcp-test-harness$/m },
    { shell: 'fish', check: 'fish --no-execute', registers: /^complete -c mcp-test-harness /m },
    { shell: 'powershell', check: undefined, registers: /^Register-ArgumentCompleter .*mcp-test-harness/m },
  ];

  it.each(shells)('$shell registers itself', async ({ shell, registers }) => {
    const { stdout, stderr, exitCode } = await runCli(['completion', shell]);
    expect(stdout).toMatch(registers);
    expect([stderr, exitCode]).toEqual(['', 0]);
  });

  const installed = shells.filter(({ shell }) =>
    ['/usr/bin', '/bin', '/usr/local/bin'].some((dir) => existsSync(`${dir}/${shell}`)),
  );
  it.each(installed.filter(({ check }) => check !== undefined))('$shell is valid $shell', async (row) => {
    const { stdout, stderr, exitCode } = await runShell(
      `mcp-test-harness completion ${row.shell} > "$0.$$" && ${row.check} "$0.$$"; code=$?; rm "$0.$$"; exit $code`,
      { cwd: '/tmp' },
    );
    expect([stdout, stderr, exitCode]).toEqual(['', '', 0]);
  });

  it.skipIf(!existsSync('/usr/bin/bash'))('bash completes in bash (needs bash)', async () => {
    // What the package bash-completion brings, reduced to what this line needs.
    const { stdout, stderr } = await runShell(
      [
        '_get_comp_words_by_ref() { words=("${COMP_WORDS[@]}"); cur=${COMP_WORDS[COMP_CWORD]}; }',
        'compopt() { :; }',
        'source <(mcp-test-harness completion bash)',
        'COMP_WORDS=(mcp-test-harness init --templ) COMP_CWORD=2',
        '__mcp_test_harness_complete',
        'echo "${COMPREPLY[@]}"',
      ].join('\n'),
      { shell: 'bash' },
    );
    expect([stdout, stderr]).toEqual(['--template\n', '']);
  });
});
