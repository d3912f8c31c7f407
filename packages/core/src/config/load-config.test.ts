import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HarnessError } from '../errors.ts';
import { deferredNames, loadConfig } from './index.ts';
import type { LoadConfigOptions, LoadedConfig } from './index.ts';
import { writeFiles } from './testing/temporary-files.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;
type Options = Partial<Omit<LoadConfigOptions, 'file'>>;

const suite = `
test_suites:
  - name: core
    test_cases:
      - { id: ping, method: ping }
`;
const server = 'server: { command: node, args: [server.js] }\n';

async function load(files: Files | string, options: Options = {}): Promise<LoadedConfig & { dir: string }> {
  const written = writeFiles(typeof files === 'string' ? { 'main.yaml': files } : files);
  try {
    const loaded = await loadConfig({ file: join(written.directory, 'main.yaml'), env: {}, ...options });
    return { ...loaded, dir: written.directory };
  } finally {
    written.remove();
  }
}

async function errorsOf(files: Files | string, options: Options = {}): Promise<readonly string[]> {
  const error: unknown = await load(files, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return (error as { errors: readonly HarnessError[] }).errors.map(
    ({ code, message, location }) => `${location?.line}:${location?.column} ${code} ${message}`,
  );
}

describe('a file', () => {
  it('gets every default', async () => {
    const { config } = await load(`${server}${suite}`);
    expect(config.global).toMatchObject({ max_global_concurrency: 8, global_timeout_seconds: 600 });
    expect(config.server).toMatchObject({ transport: 'stdio', startup_timeout_seconds: 30 });
    expect(config.test_suites[0]).toMatchObject({ isolation: 'suite', required_success_rate: 1 });
    expect(config.test_suites[0]?.test_cases[0]).toMatchObject({ iterations: 1, enabled: true });
  });

  it.each([
    ['a byte order mark', `\uFEFF${server}${suite}`],
    ['CRLF line ends', `${server}${suite}`.replaceAll('\n', '\r\n')],
    ['a document start', `---\n${server}${suite}...\n`],
    ['JSON', JSON.stringify({ server: { command: 'x' }, test_suites: [] })],
  ])('may have %s', async (_what, text) => {
    expect((await load(text)).config.server).toBeDefined();
  });

  it('may use anchors, aliases and merge keys', async () => {
    const { config } = await load(`${server}
variables: { shared: &shared { message: hello, n: 1 } }
test_suites:
  - name: core
    test_cases:
      - id: a
        tool_name: echo
        input_params: { <<: *shared, n: 2 }
      - id: b
        tool_name: echo
        input_params: *shared
`);
    const [a, b] = config.test_suites[0]?.test_cases ?? [];
    expect(a?.input_params).toEqual({ message: 'hello', n: 2 });
    expect(b?.input_params).toEqual({ message: 'hello', n: 1 });
  });

  it.each([
    [
      'an alias inside its own anchor',
      'a: &a [*a]',
      'CONFIG_SYNTAX an alias repeats the value that it stands in',
    ],
    ['deep nesting', `a: ${'['.repeat(20_000)}`, 'CONFIG_SYNTAX nested more than 100 levels deep'],
    [
      'deep implicit nesting',
      `a: {${'b: '.repeat(5000)}x}`,
      'CONFIG_SYNTAX nested more than 100 levels deep',
    ],
    ['deep compact nesting', `${'- '.repeat(5000)}x`, 'CONFIG_SYNTAX nested more than 100 levels deep'],
    ['a key that is a list', '? [a]\n: b', 'CONFIG_SYNTAX a key must be a plain text'],
    ['a prototype as key', '__proto__: { a: 1 }', 'CONFIG_INVALID __proto__ cannot be used as a key'],
    [
      'an inherited name as key of an environment',
      'environments: { a: { toString: false } }',
      'CONFIG_UNKNOWN_KEY environments.a.toString is not a known key',
    ],
    ['a number that JSON lacks', 'variables: { a: .nan }', 'CONFIG_INVALID .nan has no counterpart in JSON'],
    ['a tag', 'variables: { a: !secret x }', 'CONFIG_SYNTAX the tag !secret is not known'],
    ['a list at the top', '- a', 'CONFIG_SYNTAX expected a mapping of sections'],
  ])('is refused with %s', async (_what, text, message) => {
    expect((await errorsOf(text)).join('\n')).toContain(message);
  });

  it('may be JSON on one long line', async () => {
    const test_cases = Array.from({ length: 500 }, (_, n) => ({
      id: `t${n}`,
      method: 'ping',
      tags: ['a', 'b'],
    }));
    const json = JSON.stringify({ server: { command: 'x' }, test_suites: [{ name: 's', test_cases }] });
    expect((await load(json)).config.test_suites[0]?.test_cases).toHaveLength(500);
  });

  it('is refused when aliases multiply beyond bounds', async () => {
    const levels = Array.from({ length: 9 }, (_, n) => `  l${n + 1}: &l${n + 1} [${`*l${n}, `.repeat(9)}]`);
    const text = `variables:\n  l0: &l0 [x]\n${levels.join('\n')}\n`;
    expect((await errorsOf(text)).join()).toContain('more than 1000000 values');
  });

  it('is refused when it is not UTF-8, too large, missing, or a directory', async () => {
    expect(await errorsOf({ 'main.yaml': new Uint8Array([0xff, 0xfe, 0x61]) })).toEqual([
      expect.stringMatching(/1:1 CONFIG_SYNTAX .*main\.yaml is not UTF-8 text/),
    ]);
    expect((await errorsOf('#'.repeat(17 * 1024 * 1024))).join()).toContain('17.0 MiB, the limit is 16 MiB');
    expect((await errorsOf({ 'other.yaml': '' })).join()).toMatch(/CONFIG_UNREADABLE .* does not exist/);
    expect((await errorsOf({ 'main.yaml/x': '' })).join()).toMatch(/CONFIG_UNREADABLE .* is a directory/);
  });

  it('warns of whole numbers that are too large to be kept', async () => {
    const { warnings } = await load(`${server}variables: { id: 12345678901234567890 }${suite}`);
    expect(warnings).toEqual([
      expect.objectContaining({ message: expect.stringContaining('12345678901234567890 is too large') }),
    ]);
  });
});

describe('extends', () => {
  const base = `
server: { command: node, args: [base.js], env: { A: base, B: base } }
global: { log_level: warn }
test_suites: [{ name: base, test_cases: [{ id: ping, method: ping }] }]
`;

  it('merges mappings, replaces lists and lets the file win', async () => {
    const { config, files, dir } = await load({
      'shared/base.yaml': base,
      'main.yaml': `extends: shared/base.yaml\nserver: { args: [own.js], env: { B: own } }\n${suite}`,
    });
    expect(config.server).toMatchObject({ command: 'node', args: ['own.js'], env: { A: 'base', B: 'own' } });
    expect(config.global.log_level).toBe('warn');
    expect(config.test_suites.map(({ name }) => name)).toEqual(['core']);
    expect(files).toEqual([join(dir, 'main.yaml'), join(dir, 'shared/base.yaml')]);
  });

  it('appends the lists of a mapping that says so, and only those', async () => {
    const { config } = await load({
      'base.yaml': base,
      'main.yaml': `extends: base.yaml\n_merge_mode: append\nserver: { args: [own.js] }\n${suite}`,
    });
    expect(config.test_suites.map(({ name }) => name)).toEqual(['base', 'core']);
    expect(config.server?.args).toEqual(['own.js']);
  });

  it('removes what is set to nothing', async () => {
    const { config } = await load({
      'base.yaml': base,
      'main.yaml': 'extends: base.yaml\nserver: { env: , args: }\nglobal:\n',
    });
    expect(config.server).toMatchObject({ command: 'node', env: {} });
    expect(config.server?.args).toBeUndefined();
    expect(config.global.log_level).toBe('info');
  });

  it('takes several files, of which later ones win, and files that extend others', async () => {
    const { config } = await load({
      'a.yaml': `${server}global: { log_level: debug, fail_fast: true }`,
      'b.yaml': 'extends: c.yaml\nglobal: { log_level: error }',
      'c.yaml': 'protocol_checks: off',
      'main.yaml': 'extends: [a.yaml, "${DIR:-.}/b.yaml"]',
    });
    expect(config.global).toMatchObject({ log_level: 'error', fail_fast: true });
    expect(config.protocol_checks).toBe('off');
  });

  it('names the files of a circle', async () => {
    const files = { 'main.yaml': 'extends: a.yaml', 'a.yaml': `extends: main.yaml\n${server}` };
    expect(await errorsOf(files)).toEqual([
      '1:10 CONFIG_CYCLE extends: the files name each other in a circle: main.yaml → a.yaml → main.yaml',
    ]);
  });

  it('reports the faults of all files', async () => {
    const files = { 'main.yaml': 'extends: a.yaml\nglobl: {}', 'a.yaml': `${server}reportin: {}` };
    expect(await errorsOf(files)).toHaveLength(2);
  });
});

describe('include', () => {
  it('adds the suites of other files in the order of their paths, with their own variables', async () => {
    const { config } = await load({
      'main.yaml': `${server}include: ["suites/**/*.yaml"]\nvariables: { who: main }\n${suite}`,
      'suites/b.yaml': `variables: { who: b }
test_suites:
  - name: b
    test_cases: [{ id: x, tool_name: echo, input_params: { message: "\${who}" } }]`,
      'suites/a/a.yaml': `test_suites:
  - name: a
    test_cases: [{ id: x, tool_name: echo, input_params: { message: "\${who}" } }]`,
    });
    const said = config.test_suites.map(({ name, test_cases: [first] }) => [name, first?.input_params]);
    expect(said).toEqual([
      ['core', undefined],
      ['a', { message: 'main' }],
      ['b', { message: 'b' }],
    ]);
  });

  it('refuses sections that belong to the main file', async () => {
    const files = { 'main.yaml': `${server}include: s.yaml`, 's.yaml': `${server}${suite}` };
    expect(await errorsOf(files)).toEqual(['1:1 CONFIG_INVALID server: cannot stand in an included file']);
  });
});

describe('environments', () => {
  const text = `${server}
global: { environment: "\${STAGE:-dev}", log_level: info }
environments:
  dev: { log_level: debug }
  prod:
    fail_fast: true
    server: { env: { MODE: prod } }
  empty:
${suite}`;

  it.each<[string, Options, string, string]>([
    ['the file', {}, 'dev', 'debug'],
    ['a variable in the file', { env: { STAGE: 'prod' } }, 'prod', 'info'],
    ['ENVIRONMENT', { env: { ENVIRONMENT: 'prod', STAGE: 'dev' } }, 'prod', 'info'],
    ['the flag', { env: { ENVIRONMENT: 'prod' }, environment: 'dev' }, 'dev', 'debug'],
    ['the flag, an empty one', { environment: 'empty' }, 'empty', 'info'],
  ])('are chosen by %s', async (_what, options, name, level) => {
    const { config, environment } = await load(text, options);
    expect([environment, config.global.environment, config.global.log_level]).toEqual([name, name, level]);
  });

  it('take flat keys and sections', async () => {
    const { config } = await load(text, { environment: 'prod' });
    expect(config.global.fail_fast).toBe(true);
    expect(config.server?.env).toEqual({ MODE: 'prod' });
  });

  it('are listed when the name is unknown', async () => {
    expect(await errorsOf(text, { env: { ENVIRONMENT: 'production' } })).toEqual([
      '4:1 CONFIG_UNKNOWN_ENVIRONMENT ENVIRONMENT=production: there is no environment of that name',
    ]);
  });

  it('are a mere label in a file without them, unless the flag asks', async () => {
    const plain = `${server}${suite}`;
    expect((await load(plain, { env: { ENVIRONMENT: 'ci' } })).environment).toBe('ci');
    expect((await errorsOf(plain, { environment: 'ci' })).join()).toContain('CONFIG_UNKNOWN_ENVIRONMENT');
  });
});

describe('--set', () => {
  it.each<[string, (config: LoadedConfig['config']) => unknown, unknown]>([
    ['server.command=python', (config) => config.server?.command, 'python'],
    ['server.args=[a, "b c"]', (config) => config.server?.args, ['a', 'b c']],
    ['server.env["X-Y"]="1"', (config) => config.server?.env, { 'X-Y': '1' }],
    ['global.fail_fast=true', (config) => config.global.fail_fast, true],
    ['test_suites[0].name=other', (config) => config.test_suites[0]?.name, 'other'],
    ['test_suites[0].tags[0]=a', (config) => config.test_suites[0]?.tags, ['a']],
    ['global.log_level=${LEVEL}', (config) => config.global.log_level, 'trace'],
  ])('%s', async (setting, read, expected) => {
    const { config } = await load(`${server}${suite}`, { set: [setting], env: { LEVEL: 'trace' } });
    expect(read(config)).toEqual(expected);
  });

  it('wins over the environment', async () => {
    const text = `${server}environments: { dev: { log_level: debug } }${suite}`;
    const { config } = await load(text, { environment: 'dev', set: ['global.log_level=warn'] });
    expect(config.global.log_level).toBe('warn');
  });

  it.each([
    ['server.command', 'it is not of the form key.path=value'],
    ['=x', 'the key is missing'],
    ['test_suites[5].name=x', '[5] is beyond the end: the list has 1 item'],
    ['test_suites.name=x', '"name" is used on a list'],
    ['server[0]=x', '[0] is used on something that is no list'],
    ['server.args=[a', 'the value is no valid YAML'],
  ])('%s is refused: %s', async (setting, message) => {
    expect((await errorsOf(`${server}${suite}`, { set: [setting] })).join()).toContain(
      `USAGE --set ${setting}: ${message}`,
    );
  });

  it('is named as the place of a fault', async () => {
    const error: unknown = await load(`${server}${suite}`, { set: ['global.fail_fast=maybe'] }).catch(
      (e: unknown) => e,
    );
    expect(error).toMatchObject({ location: { file: '<--set global.fail_fast>', line: 1, column: 1 } });
  });
});

describe('variables', () => {
  const echo = (message: string, more = ''): string => `${server}
variables: { name: Ada, port: 8080, on: true, list: [1, 2], greeting: "hi \${name}", PATH: "\${PATH}:/own" }
test_suites:
  - name: core
    variables: { name: Suite }
    test_cases:
      - id: echo
        tool_name: echo
        input_params: { message: ${message} }
        ${more}`;
  const messageOf = async (text: string, env = {}): Promise<unknown> =>
    (await load(text, { env })).config.test_suites[0]?.test_cases[0]?.input_params?.['message'];

  it.each<[string, string, unknown]>([
    ['of the suite win over those of the file', '"${name}"', 'Suite'],
    ['of the test win over those of the suite', '"${own}"', 'Test'],
    ['are resolved where they stand', '"${greeting}"', 'hi Ada'],
    ['keep their type alone', '"${port}"', 8080],
    ['are written out in a text', '":${port} ${on} ${list}"', ':8080 true [1,2]'],
    ['may be lists', '"${list}"', [1, 2]],
    ['may extend the outer one of the same name', '"${PATH}"', '/bin:/own'],
    ['win over the environment', '"${port} ${HOME}"', '8080 /home/ada'],
    ['are not looked for in what was inserted', '"${TRICKY}"', '${name}'],
    ['can be escaped', '"$${name}"', '${name}'],
    ['of the environment stay text', '"${NUMBER}"', '5'],
    ['may be empty texts', '"<${EMPTY}>"', '<>'],
  ])('%s', async (_what, message, expected) => {
    const env = { PATH: '/bin', HOME: '/home/ada', port: '1', TRICKY: '${name}', NUMBER: '5', EMPTY: '' };
    expect(await messageOf(echo(message, 'variables: { own: Test }'), env)).toEqual(expected);
  });

  it('and expressions that are escaped are text, in the name of a test too', async () => {
    const { config } = await load(
      `${server}test_suites:
  - name: core
    test_cases:
      - { id: 'says $\${{ x }}', tags: ['$\${{ y }}'], method: ping }`,
    );
    expect(config.test_suites[0]?.test_cases[0]).toMatchObject({ id: 'says ${{ x }}', tags: ['${{ y }}'] });
  });

  it('from the environment are read as the number or boolean that is expected', async () => {
    const { config } = await load(
      `${server}global: { max_global_concurrency: "\${N}", fail_fast: "\${F:-true}" }
test_suites: [{ name: core, test_cases: [{ id: a, tool_name: t, expected: { snapshot: "\${S:-true}" } }] }]`,
      { env: { N: '16' } },
    );
    expect(config.global).toMatchObject({ max_global_concurrency: 16, fail_fast: true });
    expect(config.test_suites[0]?.test_cases[0]?.expected?.snapshot).toBe(true);
  });

  it('that are numbers become text where text is expected', async () => {
    const { config } = await load(
      `variables: { port: 80 }\nserver: { command: node, args: ["\${port}"], env: { P: "\${port}" } }${suite}`,
    );
    expect(config.server).toMatchObject({ args: ['80'], env: { P: '80' } });
  });

  it('do not show their value when it has the wrong type', async () => {
    const text = `${server}global: { max_global_concurrency: "\${SECRET}" }${suite}`;
    expect(await errorsOf(text, { env: { SECRET: 'hunter22' } })).toEqual([
      '2:35 CONFIG_INVALID global.max_global_concurrency: expected a number, got the value of ${SECRET}',
    ]);
  });

  it('that name each other in a circle are reported', async () => {
    const text = `${server}variables: { a: "\${b}", b: "\${a}" }${suite}`;
    expect((await errorsOf(text))[0]).toBe(
      '2:28 CONFIG_CYCLE variables.b: variables name each other in a circle: a → b → a',
    );
  });

  it('of a matrix and of stored results are left to the planner and runner', async () => {
    const { config } = await load(`${server}
variables: { path: outer, prefix: p }
test_suites:
  - name: core
    test_cases:
      - id: m
        matrix: { path: [a, b] }
        steps:
          - { tool_name: read, input_params: { path: "\${prefix}/\${path}", literal: "$\${x}" }, store_result_as: got }
          - { tool_name: write, input_params: { text: "\${got.result.text}" } }
      - { id: plain, tool_name: read, input_params: { path: "\${path}", literal: "$\${x}" } }
`);
    const [test, plain] = config.test_suites[0]?.test_cases ?? [];
    expect(test?.steps?.[0]?.input_params).toEqual({ path: 'p/${path}', literal: '$${x}' });
    expect(test?.steps?.[1]?.input_params).toEqual({ text: '${got.result.text}' });
    expect(plain?.input_params).toEqual({ path: 'outer', literal: '${x}' });
    expect([...deferredNames(test ?? {}).all]).toEqual(['path', 'got']);
  });

  it('of cases may stand where a number is expected, when every row has one', async () => {
    const text = (second: string): string => `${server}
test_suites:
  - name: core
    test_cases:
      - id: m
        tool_name: t
        cases: [{ code: -32602 }, { code: ${second} }]
        expected_error_code: "\${code}"
`;
    const { config } = await load(text('-32601'));
    expect(config.test_suites[0]?.test_cases[0]?.expected_error_code).toBe('${code}');
    expect(await errorsOf(text('many'))).toEqual([
      '8:43 CONFIG_INVALID test_suites[0].test_cases[0].expected_error_code: ${code} must be a number in every instance, here it is "many"',
    ]);
  });
});

describe('paths', () => {
  it('are relative to the file they stand in', async () => {
    const { config, dir } = await load({
      'main.yaml': 'extends: shared/base.yaml\ninclude: [suites/*.yaml]\nreporting: { output_dir: out }\n',
      'shared/base.yaml': 'server: { command: ./run.sh, path_additions: [bin, /abs] }',
      'suites/a.yaml': `test_suites:
  - name: a
    setup_script: ./prepare.sh --fast
    teardown_script: npm run clean
    test_cases:
      - { id: x, tool_name: t, expected: { schema: s.json, custom_scripts: [{ script: check.py }] } }`,
    });
    expect(config.server).toMatchObject({
      working_dir: join(dir, 'shared'),
      path_additions: [join(dir, 'shared/bin'), '/abs'],
    });
    expect(config.reporting.output_dir).toBe(join(dir, 'out'));
    expect(config.test_suites[0]).toMatchObject({
      setup_script: `${join(dir, 'suites/prepare.sh')} --fast`,
      teardown_script: 'npm run clean',
    });
    expect(config.test_suites[0]?.test_cases[0]?.expected).toMatchObject({
      schema: join(dir, 'suites/s.json'),
      custom_scripts: [{ script: join(dir, 'suites/check.py') }],
    });
  });
});

describe('what goes together', () => {
  it('takes start_command for command', async () => {
    const { config } = await load(`server: { start_command: node s.js }${suite}`);
    expect(config.server?.command).toBe('node s.js');
    expect((await errorsOf(`server: { start_command: a, command: b }${suite}`)).join()).toContain(
      'start_command is another name of command, and both are given',
    );
  });

  it('gives every server the client of the file that has no own', async () => {
    const { config } = await load(`
client: { roots: [{ uri: "file:///a" }] }
servers:
  one: { command: a }
  two: { command: b, client: { roots: [] } }
test_suites: [{ name: s, server: one, test_cases: [{ id: p, method: ping }] }]`);
    expect(config.servers?.['one']?.client?.roots).toHaveLength(1);
    expect(config.servers?.['two']?.client?.roots).toHaveLength(0);
  });

  it('warns of concurrency that iterations cannot use, and of arguments inside command', async () => {
    const { warnings } = await load(`server: { command: npx -y some-server, args: [stdio] }
test_suites: [{ name: s, test_cases: [{ id: p, method: ping, iterations: 2, concurrency: 4 }] }]`);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('"npx -y some-server" is the name of one program'),
      expect.stringContaining('4 requests at once, but there are only 2 iterations'),
    ]);
  });
});

describe('auth of a url server', () => {
  const withAuth = (auth: string) =>
    `server: { transport: http, url: "https://example.test/mcp", auth: { type: oauth, ${auth} } }${suite}`;

  it('is read with its defaults, a key relative to the file', async () => {
    const { config, dir } = await load(
      withAuth('grant: client_credentials, client_id: ci, private_key: pki/ci.pem'),
    );
    expect(config.server?.auth).toEqual({
      type: 'oauth',
      grant: 'client_credentials',
      client_id: 'ci',
      private_key: join(dir, 'pki/ci.pem'),
      signing_algorithm: 'ES256',
      step_up: true,
    });
  });

  it('keeps the secret of the client secret', async () => {
    const { secrets } = await load(
      withAuth('grant: client_credentials, client_id: ci, client_secret: open-sesame'),
    );
    expect(secrets).toEqual(['open-sesame']);
  });
});

describe('connections of a url server', () => {
  const https = (more: string) =>
    `server: { transport: http, url: "https://example.test/mcp", ${more} }${suite}`;

  it('are read with their defaults', async () => {
    const { config } = await load(https('tls: {}, connection_pool: { max_connections: 20 }'));
    expect(config.server).toMatchObject({
      tls: { verify: true },
      connection_pool: { max_connections: 20, keepalive_enabled: true },
    });
  });

  it('name certificates and keys relative to the file, or hold them', async () => {
    const pem = '-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----';
    const { config, dir } = await load(https(`tls: { ca: "${pem}", cert: pki/own.pem, key: /abs/own.key }`));
    expect(config.server?.tls).toMatchObject({
      ca: pem.replaceAll('\\n', '\n'),
      cert: join(dir, 'pki/own.pem'),
      key: '/abs/own.key',
    });
  });

  it('keep private keys and passphrases secret', async () => {
    const key = '-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----';
    const { secrets } = await load(https(`tls: { cert: own.pem, key: "${key}", passphrase: open sesame }`));
    expect(secrets).toEqual([key.replaceAll('\\n', '\n'), 'open sesame']);
  });

  it('that take any certificate are warned of', async () => {
    const { warnings } = await load(https('tls: { verify: false }'));
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^server\.tls\.verify: any certificate is taken/),
    ]);
  });

  it('of a stdio server that has none are ignored with a note', async () => {
    const { warnings } = await load(
      `server: { command: x, connection_pool: { max_connections: 20, keepalive_enabled: true } }${suite}`,
    );
    expect(warnings.map(({ message }) => message)).toEqual([
      'server.connection_pool: a stdio server has no connections; ignored',
    ]);
  });

  it.each([
    ['sse', 'http://localhost:3000/sse'],
    ['websocket', 'ws://localhost:3000/mcp'],
    ['websocket', 'wss://localhost:3000/mcp'],
  ])('may be %s to %s', async (transport, url) => {
    const { config } = await load(`server: { transport: ${transport}, url: "${url}" }${suite}`);
    expect(config.server).toMatchObject({ transport, url });
  });
});
