import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { exportConfig, loadConfig } from './index.ts';
import { isSecretKey, maskSecrets } from './secrets.ts';
import { writeFiles } from './testing/temporary-files.ts';

const files = writeFiles({
  'main.yaml': `
variables: { token: file-secret, region: eu, both: "\${region}-\${ANY}" }
server:
  transport: http
  url: "https://\${ANY}.example.org/mcp"
  headers: { Authorization: Bearer literal-token, X-Region: "\${region}", X-Copy: "a file-secret b" }
test_suites:
  - name: core
    variables: { literal: "$\${NAME} $\${{ x }}" }
    test_cases:
      - id: echo
        tool_name: echo
        input_params: { text: "\${ANY}", all: "\${both}", password: shown, escaped: "$\${ANY}" }
      - id: steps
        cases: [{ n: 1 }]
        tool_name: echo
        input_params: { n: "\${n}", escaped: "$\${ANY}", late: "\${{ env.ANY }}" }
`,
});
afterAll(files.remove);
const load = (any: string) => loadConfig({ file: join(files.directory, 'main.yaml'), env: { ANY: any } });

describe('exportConfig', () => {
  it('shows the effective values, with what is secret or came from the environment as ***', async () => {
    const text = await exportConfig(await load('environment-value'));
    expect(text).toMatch(/^# The effective configuration of .*main\.yaml\n/);
    const config = parse(text) as Record<string, never>;
    expect(config).toMatchObject({
      variables: { token: '***', region: 'eu', both: 'eu-***' },
      server: {
        url: 'https://***.example.org/mcp',
        headers: { Authorization: '***', 'X-Region': 'eu', 'X-Copy': 'a *** b' },
        request_timeout_seconds: 30,
      },
    });
    expect(config['test_suites']).toMatchObject([
      {
        variables: { literal: '$${NAME} $${{ x }}' },
        test_cases: [
          { input_params: { text: '***', all: 'eu-***', password: 'shown', escaped: '$${ANY}' } },
          { input_params: { n: '${n}', escaped: '$${ANY}', late: '${{ env.ANY }}' } },
        ],
      },
    ]);
  });

  it('gives, for a file without secrets, a file that loads to the same configuration', async () => {
    const again = writeFiles({
      'main.yaml': `
server: { command: node, args: ["$\${A}"] }
test_suites:
  - name: s
    test_cases:
      - { id: a, matrix: { n: [1] }, tool_name: t, input_params: { n: "\${n} $\${n} $\${{ 1 }}" } }
      - { id: b, tool_name: t, input_params: { n: "$\${n} $\${{ 1 }} \${{ 1 }}" } }
`,
    });
    const file = join(again.directory, 'main.yaml');
    const first = await loadConfig({ file, env: {} });
    const exported = writeFiles({ 'main.yaml': await exportConfig(first) });
    const second = await loadConfig({ file: join(exported.directory, 'main.yaml'), env: {} });
    expect(second.config).toEqual(first.config);
    again.remove();
    exported.remove();
  });

  it('never shows a value of the environment, whatever it is', async () => {
    const harmless = await exportConfig(await load('0123456789'));
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }), async (any) => {
        const loaded = await load(any).catch(() => undefined);
        if (loaded === undefined) return;
        const masked = await exportConfig(loaded);
        // Where the value also occurs by chance in the rest of the file, more is masked, never less.
        expect(masked.replaceAll(/\*+/g, '').length).toBeLessThanOrEqual(
          harmless.replaceAll(/\*+/g, '').length,
        );
        if (any.trim().length >= 4 && !harmless.includes(any)) expect(masked).not.toContain(any);
      }),
      { numRuns: 60 },
    );
  });
});

describe('secrets', () => {
  it.each([
    'token',
    'API_KEY',
    'apiKey',
    'github_token',
    'X-Api-Key',
    'Authorization',
    'client_secret',
    'DB_PASSWORD',
    'webhook_url',
  ])('%s is a secret key', (key) => expect(isSecretKey(key)).toBe(true));

  it.each(['tokenizer', 'max_tokens_per_minute', 'key', 'author', 'secretary', 'url', 'monkey'])(
    '%s is none',
    (key) => expect(isSecretKey(key)).toBe(false),
  );

  it('are the values from the environment and of secret keys, the longest first, trivial ones left out', async () => {
    const { secrets } = await load('environment-value');
    expect(secrets).toEqual(['Bearer literal-token', 'environment-value', 'literal-token', 'file-secret']);
    expect((await load('abc')).secrets).not.toContain('abc');
    expect((await load('true')).secrets).not.toContain('true');
  });

  it('are masked in any text', () => {
    expect(maskSecrets('a secret-long, a secret', ['secret-long', 'secret'])).toBe('a ***, a ***');
  });
});
