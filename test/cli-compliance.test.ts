/** `compliance` as its users run it: the built command line, on servers whose faults are known and on real ones. */
import type { RunResult } from '@mcp-test-harness/core';
import { checks, profiles, type ComplianceResult } from '@mcp-test-harness/core/compliance';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { parseRunResult } from '@mcp-test-harness/report';
import { temporaryFolders } from './support/folders.ts';
import { findMarked, findMarkedAfter } from './support/processes.ts';
import { readReport, runCli, startCli, type CliRun } from './support/run-cli.ts';

const folderWith = temporaryFolders();
const main = resolve(import.meta.dirname, 'fixtures/compliance/main.ts');
const schema = await readFile(join(import.meta.dirname, 'fixtures/junit/junit.xsd'), 'utf8');

/** The server that breaks this requirement; the sound one without. */
const serverOf = (...broken: readonly string[]): readonly string[] => [
  '--timeout',
  '3',
  '--',
  process.execPath,
  main,
  'handshake',
  ...broken,
];

const judge = (
  args: readonly string[],
  broken: readonly string[] = [],
  cwd: string = folderWith(),
): Promise<CliRun> => runCli(['compliance', ...args, ...serverOf(...broken)], { cwd });

/** For all requirements, on a machine that runs other tests meanwhile. */
const wholeRunMs = 180_000;

const must = 'jsonrpc.unknown-method';
const should = 'stdio.no-blank-lines';

describe.concurrent('compliance', () => {
  it(
    'passes a sound server: a line an area, the score, the totals, the profile',
    async () => {
      const { exitCode, stdout, stderr } = await judge([]);
      expect(stdout).toMatch(/^sound 1\.0\.0 {2}stdio, protocol 2025-11-25, profile 2025-11-25\/\d+$/m);
      expect(stdout).toMatch(/^✓ jsonrpc +\d+ passed/m);
      expect(stdout).toMatch(/^passed\nscore {2}100 % of what was judged/m);
      expect(stdout).toMatch(/^total {2}\d+: \d+ passed/m);
      expect([exitCode, stderr]).toEqual([0, '']);
    },
    wholeRunMs,
  );

  it('judges a server of both eras in the newest revision', async () => {
    const { exitCode, stdout } = await runCli([
      'compliance',
      '--only',
      'discover.*',
      '--',
      process.execPath,
      main,
    ]);
    expect(stdout).toMatch(/protocol 2026-07-28, profile 2026-07-28\/\d+$/m);
    expect(stdout).toMatch(/^✓ discover +1 passed/m);
    expect(exitCode).toBe(0);
  });

  it('fails for a MUST that is broken and shows what was seen, the frames, the remedy and the link', async () => {
    const { exitCode, stdout } = await judge(['--only', 'jsonrpc.*'], [must]);
    expect(stdout).toMatch(/^✗ jsonrpc {2}\d+ passed, 1 failed/m);
    expect(stdout).toMatch(/^✗ failed {2}jsonrpc\.unknown-method {2}MUST\n {4}an unknown method/m);
    expect(stdout).toMatch(/^ {4}seen {3}.*-32000$/m);
    expect(stdout).toMatch(/^ {4}sent {3}\{"jsonrpc":"2\.0"/m);
    expect(stdout).toMatch(/^ {4}got {4}\{"jsonrpc":"2\.0"/m);
    expect(stdout).toMatch(/^ {4}mend {3}Answer/m);
    expect(stdout).toMatch(/^ {4}see {4}https:\/\/modelcontextprotocol\.io\/specification\/2025-11-25\//m);
    expect(stdout).toMatch(/^not passed: 1 MUST requirement broken$/m);
    expect(exitCode).toBe(1);
  });

  it('passes with a warning, and fails for it with --strict', async () => {
    const [lax, strict] = await Promise.all([
      judge(['--only', 'stdio.no*'], [should]),
      judge(['--only', 'stdio.no*', '--strict'], [should]),
    ]);
    expect(lax.stdout).toMatch(/^! warning {2}stdio\.no-blank-lines {2}SHOULD$/m);
    expect(lax.stdout).toMatch(/^passed\nscore {2}0 %/m);
    expect(strict.stdout).toMatch(/^not passed: 1 warning, and --strict$/m);
    expect([lax.exitCode, strict.exitCode]).toEqual([0, 1]);
  });

  it('names with -v what passed and why others have no verdict', async () => {
    const { stdout } = await judge(['-v', '--only', 'stdio.purity', '--only', 'ping.*']);
    expect(stdout).toMatch(/^✓ stdio\.purity {2}stdout carries/m);
    expect(stdout).toMatch(/^✓ ping\.empty-answer/m);
  });

  it('gives the whole result as JSON', async () => {
    const { exitCode, stdout } = await judge(['--json', '--only', 'jsonrpc.*'], [must]);
    const result = JSON.parse(stdout) as ComplianceResult & { readonly verdict: object };
    expect(result).toMatchObject({
      schemaVersion: 1,
      profile: { revision: '2025-11-25' },
      server: { revision: '2025-11-25', transport: 'stdio', info: { name: 'sound' } },
      totals: { failed: 1 },
      verdict: { passed: false, exitCode: 1, strict: false },
    });
    expect(result.results.find(({ id }) => id === must)).toMatchObject({ status: 'failed', level: 'MUST' });
    expect(exitCode).toBe(1);
  });

  it('judges by a pinned profile in its revision', async () => {
    const { exitCode, stdout } = await judge(['--profile', '2024-11-05/1', '--only', 'ping.*']);
    expect(stdout).toMatch(/protocol 2024-11-05, profile 2024-11-05\/1$/m);
    expect(exitCode).toBe(0);
  });
});

describe.concurrent('what is expected to fail', () => {
  const known = (text: string): string => folderWith({ 'known.yaml': text });
  const args = ['--expected-failures', 'known.yaml', '--only', 'jsonrpc.unknown-method', '--only', 'ping.*'];

  it('does not fail the run, and is shown with its reason', async () => {
    const cwd = known(`- { id: ${must}, reason: mended in 2.0, expires: 2999-01-01 }\n`);
    const { exitCode, stdout } = await judge(args, [must], cwd);
    expect(stdout).toMatch(/^~ expected failure {2}jsonrpc\.unknown-method {2}MUST$/m);
    expect(stdout).toMatch(/^ {4}known {2}mended in 2\.0$/m);
    expect(stdout).toMatch(/^total {2}2: 1 passed, 1 expected failure$/m);
    expect(exitCode).toBe(0);
  });

  it('fails the run, with its line, when it is kept', async () => {
    const { exitCode, stdout } = await judge(args, [], known(`# known\n- id: ${must}\n  reason: old\n`));
    expect(stdout).toMatch(
      /^known\.yaml:2:3 {2}stale {2}jsonrpc\.unknown-method is expected to fail, but is kept: remove the entry$/m,
    );
    expect(stdout).toMatch(/^not passed: an expected failure is stale$/m);
    expect(exitCode).toBe(1);
  });

  it('fails the run when its last day is over, and excuses nothing', async () => {
    const cwd = known(`- { id: ${must}, reason: soon, expires: 2020-01-31 }\n`);
    const { exitCode, stdout } = await judge(args, [must], cwd);
    expect(stdout).toMatch(/^✗ failed {2}jsonrpc\.unknown-method/m);
    expect(stdout).toMatch(
      /^known\.yaml:1:3 {2}expired {2}the expected failure of .* expired on 2020-01-31/m,
    );
    expect(exitCode).toBe(1);
  });

  it.each([
    [
      'an unknown id',
      '- { id: jsonrpc.unknown-metod, reason: x }\n',
      /^known\.yaml:1:9 {2}CONFIG_UNKNOWN_REFERENCE/,
    ],
    ['no reason', `- id: ${must}\n`, /^known\.yaml:1:3 {2}CONFIG_INVALID {2}.* has no reason$/m],
  ])('is refused before the server starts: %s', async (_, text, says) => {
    const { exitCode, stdout, stderr } = await judge(args, [must], known(text));
    expect(stderr).toMatch(says);
    expect([stdout, exitCode]).toEqual(['', 2]);
  });

  it('needs a file that is there', async () => {
    const { exitCode, stderr } = await judge(['--expected-failures', 'absent.yaml']);
    expect(stderr).toMatch(/^CONFIG_UNREADABLE .*absent\.yaml does not exist/);
    expect(exitCode).toBe(4);
  });
});

describe.concurrent('compliance --list', () => {
  it('is a table of all requirements', async () => {
    const { exitCode, stdout } = await runCli(['compliance', '--list']);
    expect(stdout).toMatch(/^id +level +revisions +what a sound server does$/m);
    for (const { id, level } of checks) expect(stdout).toMatch(new RegExp(`^${id} +${level} `, 'm'));
    expect(stdout).toMatch(/^stdio\.purity +MUST +from 2024-11-05 +stdout carries .* \[stdio\]$/m);
    expect(exitCode).toBe(0);
  });

  it('is JSON for programs, filtered as a run would be', async () => {
    const { stdout } = await runCli(['compliance', '--list', '--json', '--only', 'stdio.*']);
    const document = JSON.parse(stdout) as {
      readonly profiles: readonly object[];
      readonly requirements: readonly { readonly id: string; readonly url: string }[];
    };
    expect(document.profiles).toHaveLength(profiles.length);
    expect(document.requirements.map(({ id }) => id)).toEqual(
      checks.map(({ id }) => id).filter((id) => id.startsWith('stdio.')),
    );
    expect(document.requirements[0]?.url).toMatch(/^https:\/\/modelcontextprotocol\.io\/specification\//);
  });
});

describe.concurrent('the reports', () => {
  it('say the same as the terminal, each in its form', async () => {
    const cwd = folderWith({ 'known.yaml': '- { id: ping.empty-answer, reason: soon }\n' });
    const kinds = ['json:r.json', 'junit:r.xml', 'html:r.html', 'markdown:r.md', 'sarif:r.sarif'];
    const { exitCode, stdout } = await judge(
      ['--only', 'jsonrpc.*', ...kinds.flatMap((kind) => ['--report', kind])],
      [must],
      cwd,
    );
    expect(exitCode).toBe(1);
    expect(stdout.match(/^report {2}/gm)).toHaveLength(5);
    const read = (name: string): Promise<string> => readFile(join(cwd, name), 'utf8');

    const run: RunResult = await parseRunResult(await read('r.json'));
    expect(run).toMatchObject({ verdict: 'failed', exitCode: 1, totals: { failed: 1, errored: 0 } });
    expect(run.suites.map(({ name }) => name)).toEqual(['jsonrpc']);

    const xml = await read('r.xml');
    const { errors } = await validateXML({ xml: [{ fileName: 'r.xml', contents: xml }], schema: [schema] });
    expect(errors).toEqual([]);
    expect(xml).toContain('failures="1" errors="0"');
    expect(xml).toContain('<failure message="an unknown method');

    const [{ results, tool }] = (
      JSON.parse(await read('r.sarif')) as {
        readonly runs: readonly [
          {
            readonly results: readonly { readonly ruleId: string; readonly level: string }[];
            readonly tool: { readonly driver: { readonly rules: readonly { readonly helpUri: string }[] } };
          },
        ];
      }
    ).runs;
    expect(results).toMatchObject([{ ruleId: must, level: 'error', ruleIndex: 0 }]);
    expect(tool.driver.rules[0]?.helpUri).toMatch(/^https:\/\/modelcontextprotocol\.io\//);

    expect(await read('r.html')).toContain(must);
    expect(await read('r.md')).toContain('unknown-method');
  });

  it('go to stdout alone when they name no file, and `report` renders the JSON again', async () => {
    const cwd = folderWith();
    const { stdout } = await judge(
      ['--only', 'ping.*', '--report', 'junit', '--report', 'json:r.json'],
      [],
      cwd,
    );
    expect(stdout).toMatch(/^<\?xml /);
    const again = await runCli(['report', 'r.json'], { cwd });
    expect(again.stdout).toContain('ping.empty-answer');
    expect(again.exitCode).toBe(0);
  });
});

describe.concurrent('a command line that is wrong', () => {
  it.each([
    ['a profile that is not there', ['--profile', '2025-11-25/99'], /there is no profile 2025-11-25\/99/],
    [
      'a pattern that fits nothing',
      ['--only', 'jsonrpc.unknown-metod'],
      /Did you mean jsonrpc\.unknown-method\?/,
    ],
    [
      'two revisions',
      ['--profile', '2024-11-05/1', '--protocol-version', '2025-11-25'],
      /--profile is of 2024-11-05/,
    ],
    ['tools without a name', ['--call-tools', 'a,,b'], /--call-tools needs/],
    ['two on stdout', ['--json', '--report', 'junit'], /both want stdout/],
    ['a run beside --list', ['--list'], /--list starts nothing/],
    [
      'a tool that is not there',
      ['--call-tools', 'no-such-tool'],
      /the server has no tool "no-such-tool" to call/,
    ],
    ['an unknown report', ['--report', 'sarf:x'], /Did you mean sarif\?/],
  ])('is refused: %s', async (_, args, says) => {
    const { exitCode, stdout, stderr } = await judge(args);
    expect(stderr).toMatch(says);
    expect([stdout, exitCode]).toEqual(['', 2]);
  });
});

describe.concurrent('a server that is not there', () => {
  it.each([
    ['cannot be started', ['--', 'no-such-program-anywhere']],
    ['cannot be reached', ['--url', 'http://127.0.0.1:9/mcp']],
    ['ends at once', ['--', process.execPath, '-e', '']],
  ])('ends with 3: it %s', async (_, target) => {
    const { exitCode, stderr } = await runCli(['compliance', ...target], { cwd: folderWith() });
    expect(stderr).toMatch(/^TARGET_/);
    expect(exitCode).toBe(3);
  });
});

describe('an interrupted run', () => {
  it('ends its servers and exits with 130, leaving no report', async () => {
    const mark = `compliance-${process.pid}-interrupt`;
    const cwd = folderWith();
    const cli = startCli(['compliance', '--report', 'json:r.json', ...serverOf()], {
      cwd,
      env: { INTERRUPT_MARK: mark },
    });
    const serversOf = () => findMarked(mark).filter(({ command }) => command.includes('compliance/main.ts'));
    await expect.poll(() => serversOf().length, { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
    await sleep(300);
    cli.kill('SIGINT');
    const { exitCode, stderr } = await cli.ended;
    expect(exitCode).toBe(130);
    expect(stderr).toContain('SIGINT received');
    expect(await findMarkedAfter(mark, 1000)).toEqual([]);
    expect(existsSync(join(cwd, 'r.json'))).toBe(false);
  });
});

describe.concurrent('real servers', () => {
  it.each([
    ['server-everything', ['mcp-server-everything', 'stdio']],
    ['server-filesystem', ['mcp-server-filesystem', '.']],
    ['server-memory', ['mcp-server-memory']],
  ])(
    '%s is judged to the end, every broken requirement with what was seen and its link',
    async (_, command) => {
      const cwd = folderWith();
      const args = ['compliance', '--json', '--report', 'json:r.json', '--', ...command];
      const { exitCode, stdout } = await runCli(args, { cwd });
      const result = JSON.parse(stdout) as ComplianceResult;
      expect(result.crashes).toEqual([]);
      expect(result.score).toBeGreaterThan(0.8);
      for (const { status, message, url } of result.results.filter(({ status }) => status !== 'passed'))
        expect([status, message, url]).toEqual([
          status,
          expect.stringMatching(/./),
          expect.stringMatching(/^https:/),
        ]);
      expect(exitCode).toBe(result.totals.failed > 0 ? 1 : 0);
      expect(readReport(join(cwd, 'r.json'))?.exitCode).toBe(exitCode);
    },
    wholeRunMs,
  );
});
