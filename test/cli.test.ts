import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { runCli, runShell } from './support/run-cli.ts';
import { echoTest, rudeServer, suiteOf } from './support/suites.ts';

const folderWith = temporaryFolders();

/** Whether a program is on this machine. */
const has = (program: string): boolean => ['/usr/bin', '/bin'].some((dir) => existsSync(join(dir, program)));

const passing = suiteOf([echoTest('one', { tags: ['smoke'] }), echoTest('two')]);
const failing = suiteOf([echoTest('good'), echoTest('bad', { expected: { text: 'something else' } })]);

describe.concurrent('--version', () => {
  it('is one line', async () => {
    const { stdout, stderr, exitCode } = await runCli(['--version']);
    expect(stdout).toMatch(/^mcp-test-harness \d+\.\d+\.\d+\S*\n$/);
    expect([stderr, exitCode]).toEqual(['', 0]);
  });

  it('is data with --json', async () => {
    const { stdout, exitCode } = await runCli(['--version', '--json']);
    const { commit, ...rest } = JSON.parse(stdout) as { readonly commit?: string };
    // Not there when what was built is no commit.
    expect(commit ?? '0'.repeat(40)).toMatch(/^[0-9a-f]{40}$/);
    expect(rest).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/) as unknown,
      node: process.versions.node,
      protocolVersions: expect.arrayContaining(['2025-11-25']) as unknown,
    });
    expect(exitCode).toBe(0);
  });
});

describe.concurrent('--help', () => {
  const commands = [
    'test',
    'init',
    'call',
    'list',
    'validate',
    'report',
    'config',
    'rbac',
    'audit-log',
    'health-check',
    'network-test',
    'stats',
    'backup',
    'maintenance',
    'completion',
  ];

  it('names every command, the first steps and the exit codes', async () => {
    const { stdout, stderr, exitCode } = await runCli(['--help']);
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^  ${command} +\\S`, 'm'));
    expect(stdout).toContain('Usage  mcp-test-harness COMMAND');
    expect(stdout).toContain('mcp-test-harness init --from-server -- ');
    expect(stdout).toContain('3 server not started or reached');
    expect([stderr, exitCode]).toEqual(['', 0]);
  });

  it('comes on stderr, and with exit code 2, when nothing is asked for', async () => {
    const { stdout, stderr, exitCode } = await runCli([]);
    expect(stderr).toBe((await runCli(['--help'])).stdout);
    expect([stdout, exitCode]).toEqual(['', 2]);
  });

  it.each(commands)('%s has usage, options and examples that use them', async (command) => {
    const { stdout, stderr, exitCode } = await runCli([command, '--help']);
    expect([stderr, exitCode]).toEqual(['', 0]);
    const [, usage = '', options = '', examples = ''] =
      /^Usage {2}(.*)$[^]*^Options\n([^]*)^Examples\n([^]*)/m.exec(stdout) ?? [];
    expect(usage).toMatch(new RegExp(`^mcp-test-harness ${command} `));
    expect(options).toContain('--help');
    const lines = examples.split('\n').filter((line) => line !== '' && !line.startsWith('  #'));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      expect(line).toContain(`mcp-test-harness ${command}`);
      const [own = ''] = line.split(' -- ');
      for (const [option] of own.matchAll(/(?<= )--?[a-z-]+/g)) expect(options).toContain(option);
    }
    expect((await runCli(['help', command])).stdout).toBe(stdout);
  });
});

describe.concurrent('a mistake on the command line is refused with exit code 2', () => {
  it.each([
    ['tset', 'unknown command "tset"', 'Did you mean test?'],
    [
      '-v test',
      'unknown option -v before a command',
      'Options stand after the command: mcp-test-harness test -v.',
    ],
    ['--version --yaml', 'unknown option --yaml after --version', 'Only --json is known here.'],
    ['test --confg x', 'unknown option --confg', 'Did you mean --config?'],
    ['test suite.yaml', 'unexpected argument "suite.yaml"', '--config suite.yaml'],
    ['test --parallel many', '--parallel needs a number, not "many"', 'mcp-test-harness test --help'],
    ['test --shard 5/4', '--shard must be I/N with 1 <= I <= N, not "5/4"', '--shard 1/4'],
    ['test --suite none', 'there is no suite "none"', 'Known: suite'],
    ['test --tag none', 'there is no tag "none"', 'Known: smoke'],
    ['test --grep ^none$', 'no test matches the pattern ^none$', 'mcp-test-harness list'],
    ['test --tag smoke --test two', 'no test matches the filters', 'mcp-test-harness list'],
    ['test --report jsno:x', 'unknown report "jsno"', 'Did you mean json?'],
    ['test --report json:', '--report json: names no file', '--report json:results.json'],
    ['test --report terminal:x', 'the terminal report goes only to the screen', '> x'],
    ['test --report json --report junit', 'two reports want stdout', '--report json:results.json'],
    ['test --report json:x --report junit:x', 'both want', 'Give each a file of its own.'],
    ['test --output-dir out', 'names no reporting.formats', '--report html:out/report.html'],
    ['test --set global.fail_fsat=true', 'global.fail_fsat', 'Did you mean fail_fast?'],
    ['report', 'a result file is missing', 'mcp-test-harness report --help'],
    ['config exprot', 'unknown action "exprot"', 'Did you mean export?'],
    ['completion tcsh', 'no completion for "tcsh"', 'bash, zsh, fish, powershell'],
    ['init', 'init needs a server to ask', 'mcp-test-harness init --from-server -- npx'],
    ['init --template http -- x', '--template http needs --url', '--url http://localhost'],
    ['call --args {} --method ping -- x', '--args needs --tool', ''],
    ['call --tool a --method b -- x', 'give one of --tool, --method and --raw', ''],
    ['call --tool a --args {a:1} -- x', '--args is not JSON', `--args '{"message":"hi"}'`],
    ['call --url http://a --config b', 'several servers are named', 'Give one of'],
    ['call --url ftp://a', '--url needs an http, https, ws or wss URL', 'http://localhost:3001/mcp'],
    ['call --url ws://a --transport sse', '--transport sse does not go with', 'is a WebSocket'],
    ['call --url http://a --transport websocket', '--transport websocket does not go with', 'ws or wss URL'],
    ['call --url http://a --insecure', '--insecure means nothing with --url http://a', 'https and wss'],
    ['call --transport sse -- x', '--transport means nothing beside a command', 'It belongs to --url.'],
    ['call --ca ca.pem', '--ca means nothing with a configuration', 'It belongs to --url.'],
    ['call --header a:b -- x', '--header means nothing beside a command after --', 'It belongs to --url.'],
    ['call --protocol-version 1999-01-01 -- x', 'is not supported', 'Known: 2024-11-05'],
  ])('%s', async (line, says, hint) => {
    const cwd = folderWith({ 'mcp-test-harness.yaml': passing });
    const { exitCode, stdout, stderr } = await runCli(line.split(' '), { cwd });
    expect(stderr).toContain(says);
    expect(stderr).toContain(hint);
    expect([stdout, exitCode]).toEqual(['', 2]);
  });
});

describe.concurrent('exit codes', () => {
  it.each([
    ['0: everything passed', passing, 'test', 0],
    ['1: a test failed', failing, 'test', 1],
    [
      '1: the server breaks the protocol, and that counts',
      suiteOf([echoTest('one')], { server: rudeServer('logs-on-stdout'), protocol_checks: 'error' }),
      'test',
      1,
    ],
    ['2: the configuration is wrong', { ...passing, test_suits: [] }, 'test', 2],
    ['3: the server cannot be started', { ...passing, server: { command: 'no-such-program' } }, 'test', 3],
    [
      '3: the server cannot be reached',
      { ...passing, server: { transport: 'http', url: 'http://127.0.0.1:1/mcp' } },
      'validate --connectivity',
      3,
    ],
    ['4: the configuration cannot be read', passing, 'test --config none.yaml', 4],
    ['4: a report cannot be written', passing, 'test --report json:mcp-test-harness.yaml/out.json', 4],
  ])('%s', async (_title, config, line, exitCode) => {
    const cwd = folderWith({ 'mcp-test-harness.yaml': config });
    expect((await runCli(line.split(' '), { cwd })).exitCode).toBe(exitCode);
  });

  it('are 4 without a configuration, and the message says how to get one', async () => {
    const { exitCode, stderr } = await runCli(['test'], { cwd: folderWith() });
    expect(stderr).toBe(
      'CONFIG_UNREADABLE  no mcp-test-harness.yaml here, and neither --config nor CONFIG_PATH names another file\n' +
        '  Write one with `mcp-test-harness init --from-server -- COMMAND`, or pass --config FILE.\n',
    );
    expect(exitCode).toBe(4);
  });

  it('come before the run when a report could not be written after it', async () => {
    const cwd = folderWith({ 'mcp-test-harness.yaml': startsNoisily });
    const { stderr } = await runCli(['test', '--report', 'json:mcp-test-harness.yaml/out.json'], { cwd });
    expect(stderr).toContain('IO_WRITE  cannot write');
    expect(existsSync(join(cwd, 'started'))).toBe(false);
  });
});

/** A server that leaves a file as soon as it is started. */
const startsNoisily = {
  ...passing,
  server: { command: process.execPath, args: ['-e', 'require("node:fs").writeFileSync("started", "")'] },
};

describe.concurrent('what starts nothing', () => {
  it.each(['test --dry-run', 'list', 'list --json', 'validate', 'config export'])('%s', async (line) => {
    const cwd = folderWith({ 'mcp-test-harness.yaml': startsNoisily });
    const { exitCode, stdout, stderr } = await runCli(line.split(' '), { cwd });
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('suite');
    expect(existsSync(join(cwd, 'started'))).toBe(false);
  });
});

describe.concurrent('list', () => {
  it('shows suites and tests in their order, with tags, and what is filtered out not at all', async () => {
    const cwd = folderWith({ 'mcp-test-harness.yaml': passing });
    const all = await runCli(['list'], { cwd });
    expect(all.stdout).toBe(
      'suite  server server, isolation suite, 4 at once\n  one  #smoke\n  two\n\n2 tests in 1 suite\n',
    );
    const some = await runCli(['list', '--tag', '!smoke'], { cwd });
    expect(some.stdout).toBe(
      'suite  server server, isolation suite, 4 at once\n  two\n\n1 test in 1 suite\n',
    );
  });

  it('gives the whole plan with --json', async () => {
    const cwd = folderWith({ 'mcp-test-harness.yaml': passing });
    const { stdout } = await runCli(['list', '--json'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({
      configFile: join(cwd, 'mcp-test-harness.yaml'),
      testCount: 2,
      suites: [{ name: 'suite', tests: [{ id: 'suite/one', location: { line: 13 } }, { id: 'suite/two' }] }],
    });
  });
});

describe.concurrent('validate', () => {
  it('says what it has checked, and what not', async () => {
    const cwd = folderWith({ 'suite.yaml': passing });
    const { exitCode, stdout, stderr } = await runCli(['validate', 'suite.yaml'], { cwd });
    expect(stdout).toBe(
      [
        `valid  ${cwd}/suite.yaml: 2 tests in 1 suite on 1 server`,
        'checked  1 file: every key and value, variables, expressions, names that refer to others; 2 expectations: regular expressions, JSONPaths, JSON Schemas',
        'not checked  whether the servers start and have what the tests ask for: --connectivity, test',
        '',
      ].join('\n'),
    );
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  it('shakes hands with the servers on request', async () => {
    const cwd = folderWith({ 'suite.yaml': passing });
    const { exitCode, stdout } = await runCli(['validate', 'suite.yaml', '--connectivity'], { cwd });
    expect(stdout).toMatch(/^reached {2}server: rude 1\.0\.0, protocol 20\d\d-\d\d-\d\d, ready in \d+ ms$/m);
    expect(exitCode).toBe(0);
  });

  it('reports every error of a file at once, each with its place and a remedy', async () => {
    const cwd = folderWith({
      'suite.yaml': [
        'server: { command: node, startup_timeout_seconds: soon }',
        'test_suites:',
        '  - name: a',
        '    depends_on: [b]',
        '    test_cases:',
        '      - { id: x, tool_name: echo, expectd: {} }',
      ].join('\n'),
    });
    const { exitCode, stdout, stderr } = await runCli(['validate', 'suite.yaml'], { cwd });
    expect(stderr).toMatch(/^suite\.yaml:1:51 {2}CONFIG_INVALID {2}server\.startup_timeout_seconds/m);
    expect(stderr).toMatch(/^suite\.yaml:4:18 {2}CONFIG_UNKNOWN_REFERENCE/m);
    expect(stderr).toMatch(/^suite\.yaml:6:35 {2}CONFIG_UNKNOWN_KEY/m);
    expect(stderr).toContain('Did you mean expected?');
    expect(stderr).toMatch(/^3 errors$/m);
    expect([stdout, exitCode]).toEqual(['', 2]);
  });

  it('finds what is wrong in an expectation whatever the answer is, with its place', async () => {
    const cwd = folderWith({
      'suite.yaml': [
        'server: { command: node }',
        'test_suites:',
        '  - name: a',
        '    test_cases:',
        '      - id: path',
        '        tool_name: echo',
        '        matrix: { n: [1, 2] }',
        '        input_params: { n: "${n}" }',
        '        expected:',
        '          patterns:',
        '            - { key: result, validation: { type: exists } }',
        '            - { key: "$.result[?", validation: { type: exists } }',
        '      - id: schema',
        '        tool_name: echo',
        '        expected: { schema: { minLength: -1 } }',
        '      - id: file',
        '        steps:',
        '          - tool_name: echo',
        '            expected: { schema: none.json }',
        '          - { tool_name: echo, store_result_as: first }',
        '          - tool_name: echo',
        '            expected: { schema: "${first.text}" }',
      ].join('\n'),
    });
    const { exitCode, stderr } = await runCli(['validate', 'suite.yaml'], { cwd });
    const heads = stderr.split('\n').filter((line) => /^\S+:\d+:\d+ /.test(line));
    expect(heads).toEqual([
      expect.stringMatching(
        /^suite\.yaml:12:15 {2}CONFIG_INVALID {2}a\/path: expected\.patterns\[1\]: .*\$\.result/,
      ),
      expect.stringMatching(
        /^suite\.yaml:15:21 {2}CONFIG_INVALID {2}a\/schema: expected\.schema: .*minLength/,
      ),
      expect.stringMatching(
        /^suite\.yaml:19:25 {2}CONFIG_INVALID {2}a\/file: steps\[0\]\.expected\.schema: .*none\.json/,
      ),
    ]);
    expect(stderr).toContain(
      ['  15 |         expected: { schema: { minLength: -1 } }', '     |                     ^^^^^^'].join(
        '\n',
      ),
    );
    expect(exitCode).toBe(2);
  });
});

describe.concurrent('secrets of a configuration', () => {
  const secret = 'hunter2-and-more';
  const env = { API_TOKEN: secret };
  /** It tells its token, and ends before it answers. */
  const leaky = {
    ...passing,
    server: {
      command: process.execPath,
      args: ['-e', 'console.error("no access with " + process.env.API_TOKEN); process.exit(3)'],
      env: { API_TOKEN: '${API_TOKEN}' },
    },
  };

  it.each([
    'config export',
    'list --json',
    'call --method ping',
    'call -vv',
    'test -vvv',
    'validate --connectivity',
  ])('are not shown by %s', async (line) => {
    const cwd = folderWith({ 'mcp-test-harness.yaml': leaky });
    const { stdout, stderr } = await runCli(line.split(' '), { cwd, env });
    expect(stdout + stderr).toContain('***');
    expect(stdout + stderr).not.toContain(secret);
  });
});

describe.concurrent('the reports of a run', () => {
  it('are written several at once, beside the terminal, and no journal stays', async () => {
    const cwd = folderWith({ 'mcp-test-harness.yaml': failing });
    const kinds = [
      'json:out/results.json',
      'junit:out/junit.xml',
      'html:out/report.html',
      'markdown:out/report.md',
    ];
    const { exitCode, stdout, stderr } = await runCli(
      ['test', ...kinds.flatMap((kind) => ['--report', kind])],
      { cwd },
    );
    expect([exitCode, stderr]).toEqual([1, '']);
    expect(stdout).toContain('FAILED  1 failed of 2 tests');
    const read = (name: string): string => readFileSync(join(cwd, 'out', name), 'utf8');
    expect(JSON.parse(read('results.json'))).toMatchObject({ totals: { passed: 1, failed: 1 }, exitCode: 1 });
    expect(read('junit.xml')).toMatch(/<testsuites [^>]*tests="2"[^>]*failures="1"/);
    expect(read('report.html')).toMatch(/^<!doctype html>/i);
    expect(read('report.md')).toContain('bad');
    for (const name of ['results.json', 'junit.xml', 'report.html', 'report.md'])
      expect(stdout).toContain(join(cwd, 'out', name));
    expect(existsSync(join(cwd, 'out/results.json.partial.jsonl'))).toBe(false);
  });

  it('take the place of the terminal on stdout, and warnings then go to stderr', async () => {
    const cwd = folderWith({ 'mcp-test-harness.yaml': suiteOf([echoTest('one', { concurrency: 2 })]) });
    const { stdout, stderr } = await runCli(['test', '--report', 'json'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'passed' });
    expect(stderr).toMatch(/^warning {2}mcp-test-harness\.yaml:\d+:\d+ .*concurrency: 2 requests at once/);
  });

  it('tell a warning of the configuration once, with its place', async () => {
    const cwd = folderWith({ 'mcp-test-harness.yaml': suiteOf([echoTest('one', { concurrency: 2 })]) });
    const { stdout, stderr } = await runCli(['test'], { cwd });
    const text = (stdout + stderr).replaceAll(/\s+/g, ' ');
    expect(text.match(/mcp-test-harness\.yaml:\d+:\d+ \S+\.concurrency: 2 requests at once/g)).toHaveLength(
      1,
    );
  });

  it('come from reporting.formats as well', async () => {
    const reporting = { output_dir: 'reports', formats: ['json', 'junit'] };
    const cwd = folderWith({ 'mcp-test-harness.yaml': { ...passing, reporting } });
    await runCli(['test', '--report', 'json:reports/results.json'], { cwd });
    expect(existsSync(join(cwd, 'reports/results.json'))).toBe(true);
    expect(existsSync(join(cwd, 'reports/junit.xml'))).toBe(true);
    expect((statSync(join(cwd, 'reports')).mode & 0o027).toString(8)).toBe('0');
    await runCli(['test', '--output-dir', 'elsewhere'], { cwd });
    expect(existsSync(join(cwd, 'elsewhere/junit.xml'))).toBe(true);
  });
});

describe.concurrent('how much is said', () => {
  it('nothing with --quiet: the exit code and the reports tell', async () => {
    const cwd = folderWith({ 'mcp-test-harness.yaml': failing });
    const { exitCode, stdout, stderr } = await runCli(['test', '--quiet', '--report', 'json:out.json'], {
      cwd,
    });
    expect([exitCode, stdout, stderr]).toEqual([1, '', '']);
    expect(existsSync(join(cwd, 'out.json'))).toBe(true);
  });

  it.each([
    ['', { servers: false, passedExchanges: false, frames: false }],
    ['-v', { servers: true, passedExchanges: false, frames: false }],
    ['-vv', { servers: true, passedExchanges: true, frames: false }],
    ['-vvv', { servers: true, passedExchanges: true, frames: true }],
  ])('more with each v: "%s"', async (flag, wanted) => {
    const cwd = folderWith({ 'mcp-test-harness.yaml': passing });
    const { stdout, stderr } = await runCli(['test', ...(flag === '' ? [] : [flag])], { cwd });
    expect({
      servers: stdout.includes('ended when its stdin was closed'),
      passedExchanges: stdout.includes('"method":"tools/call"'),
      frames: /^server#1 →.*"method":"tools\/call"/m.test(stderr) && /^server#1 ←.*"result"/m.test(stderr),
    }).toEqual(wanted);
  });

  it.each([
    ['trace', '', { servers: true, frames: true, files: true, warnings: true }],
    ['debug', '', { servers: true, frames: false, files: true, warnings: true }],
    ['info', '', { servers: false, frames: false, files: true, warnings: true }],
    ['warn', '', { servers: false, frames: false, files: false, warnings: true }],
    ['error', '', { servers: false, frames: false, files: false, warnings: false }],
    ['error', '-v', { servers: true, frames: false, files: true, warnings: true }],
  ])('by global.log_level, and -v is stronger: %s %s', async (level, flag, wanted) => {
    const global = { log_level: level };
    const reporting = { formats: ['json'] };
    const cwd = folderWith({ 'mcp-test-harness.yaml': { ...passing, global, reporting } });
    const args = ['test', '--report', 'junit:junit.xml', ...(flag === '' ? [] : [flag])];
    const { stdout, stderr, exitCode } = await runCli(args, { cwd });
    expect({
      servers: stdout.includes('ended when its stdin was closed'),
      frames: /^server#1 →.*"method":"tools\/call"/m.test(stderr),
      files: stdout.includes(join(cwd, 'junit.xml')),
      warnings: stderr.includes('reporting.formats (json) are not written'),
    }).toEqual(wanted);
    expect(exitCode).toBe(0);
  });
});

describe.concurrent('colours', () => {
  const hasColors = (text: string): boolean => stripVTControlCharacters(text) !== text;
  const folder = (): string => folderWith({ 'mcp-test-harness.yaml': failing });

  it.each([
    ['none in a pipe', [], {}, false],
    ['--color', ['--color'], {}, true],
    ['FORCE_COLOR', [], { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR=0', [], { FORCE_COLOR: '0' }, false],
    ['NO_COLOR wins over FORCE_COLOR', [], { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    ['--color wins over NO_COLOR', ['--color'], { NO_COLOR: '1' }, true],
    ['--no-color wins over FORCE_COLOR', ['--no-color'], { FORCE_COLOR: '1' }, false],
  ])('%s', async (_title, flags, env, colored) => {
    const run = await runCli(['test', ...flags], { cwd: folder(), env: { NO_COLOR: undefined, ...env } });
    expect(hasColors(run.stdout)).toBe(colored);
  });

  /** util-linux's `script` gives a command a terminal. */
  describe.skipIf(!has('script') || process.platform !== 'linux')('on a terminal (needs script)', () => {
    const onTerminal = (line: string, env = {}) =>
      runShell(`script -qec "${line}" /dev/null`, {
        cwd: folder(),
        env: { NO_COLOR: undefined, TERM: 'xterm', ...env },
      });

    it('are there, and the terminal is left with its cursor', async () => {
      const { stdout } = await onTerminal('mcp-test-harness test');
      expect(hasColors(stdout)).toBe(true);
      expect(stdout.lastIndexOf('\u001B[?25h')).toBeGreaterThan(stdout.lastIndexOf('\u001B[?25l'));
      expect(stripVTControlCharacters(stdout)).toContain('FAILED  1 failed of 2 tests');
    });

    it('are not there with NO_COLOR or TERM=dumb', async () => {
      expect(hasColors((await onTerminal('mcp-test-harness list', { NO_COLOR: '1' })).stdout)).toBe(false);
      expect(hasColors((await onTerminal('mcp-test-harness list', { TERM: 'dumb' })).stdout)).toBe(false);
    });

    it('do not get into a file that stderr goes to', async () => {
      const { stdout } = await onTerminal('mcp-test-harness test --confg 2> errors.txt; cat errors.txt');
      expect(stdout).toContain('unknown option --confg');
      expect(hasColors(stdout)).toBe(false);
    });
  });
});

describe.skipIf(!has('bash')).concurrent('a reader that closes early (needs bash)', () => {
  const pipe = (line: string, config: object) =>
    runShell(`${line}; echo "\${PIPESTATUS[0]}"`, {
      shell: 'bash',
      cwd: folderWith({ 'mcp-test-harness.yaml': config }),
    });

  it('ends the output quietly', async () => {
    const many = suiteOf(Array.from({ length: 3000 }, (_, n) => echoTest(`test-${n}`)));
    const { stdout, stderr } = await pipe('mcp-test-harness list --json | head -1', many);
    expect([stdout, stderr]).toEqual(['{\n0\n', '']);
  });

  it('changes neither the verdict nor the reports', async () => {
    const { stdout, stderr } = await pipe(
      'mcp-test-harness test --report json:out.json -vvv 2>&1 | true',
      failing,
    );
    expect([stdout, stderr]).toEqual(['1\n', '']);
  });
});
