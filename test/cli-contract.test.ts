import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ContractReport } from '../packages/cli/src/contract/report.ts';
import { temporaryFolders } from './support/folders.ts';
import { runCli } from './support/run-cli.ts';

const shop = resolve(import.meta.dirname, 'fixtures/contract/shop.mjs');
const noPrompts = resolve(import.meta.dirname, 'fixtures/contract/no-prompts.mjs');
const folderWith = temporaryFolders();
const version = (number: 1 | 2): readonly string[] => ['--', process.execPath, shop, String(number)];

const contract = (cwd: string, ...args: readonly string[]) => runCli(['contract', ...args], { cwd });

describe.concurrent('contract', { timeout: 60_000 }, () => {
  let shops: string;
  beforeAll(async () => {
    shops = folderWith();
    const runs = await Promise.all([
      contract(shops, 'snapshot', '-o', 'one.json', ...version(1)),
      contract(shops, 'snapshot', '-o', 'two.json', ...version(2)),
    ]);
    for (const { exitCode, stderr } of runs) expect(exitCode, stderr).toBe(0);
  });

  it.each([
    ['everything', ['mcp-server-everything', 'stdio']],
    ['filesystem', ['mcp-server-filesystem', '.']],
    ['memory', ['mcp-server-memory']],
  ])('of %s is the same each time, and kept', async (_name, command) => {
    const folder = folderWith();
    const written = await contract(folder, 'snapshot', '--', ...command);
    expect(written.exitCode, written.stderr).toBe(0);
    expect(written.stdout).toMatch(/^wrote {2}mcp-contract\.json: \d+ tools, .*; \d+ tokens of context\n$/);
    const checked = await contract(folder, 'check', '--fail-on', 'any', '--', ...command);
    expect(checked.exitCode, checked.stdout + checked.stderr).toBe(0);
    expect(checked.stdout).toContain('✓ the contract is kept: nothing changed');
    const again = await contract(folder, 'snapshot', '-o', '-', '--', ...command);
    expect(again.stdout).toBe(readFileSync(join(folder, 'mcp-contract.json'), 'utf8'));
  });

  it('is broken by another version, which is told by kind, with the reason and the version that it needs', async () => {
    const { exitCode, stdout } = await contract(shops, 'check', '--contract', 'one.json', ...version(2));
    expect(stdout).toMatchInlineSnapshot(`
      "shop 1.2.3 (2025-11-25) → shop 1.3.0 (2025-11-25)

      breaking  contract.tool.removed
        /tools/stock
        callers that use it fail; it looks renamed to inventory, which takes and gives
        the same
      breaking  contract.input.required-narrowed
        /tools/find/inputSchema/properties/text
        \`text\`: is required now; arguments that were accepted are refused
      breaking  contract.input.minimum-narrowed
        /tools/find/inputSchema/properties/limit
        \`limit\`: minimum none → 1; arguments that were accepted are refused
      breaking  contract.prompt.argument-required
        /prompts/gift/arguments/budget
        callers that do not send it are refused

      risky  contract.tool.renamed
        /tools/inventory
        models choose by name; prompts and settings that name stock have to be changed
        - stock
        + inventory
      risky  contract.tool.description-changed
        /tools/find/description
        models choose and call tools by their description
        - Finds goods
        + Finds goods by name, brand or colour
      risky  contract.tool.hint-changed
        /tools/remove/annotations/destructiveHint
        clients may ask the user before each call now, or leave the tool out where
        nobody can be asked

      compatible  contract.input.member-added
        /tools/find/inputSchema/properties/brand
        \`brand\`: new and optional

      Context  95 → 113 tokens, +18 (+18.9 %) (o200k_base)
        stock 22 → 0
        inventory 0 → 22
        find 37 → 55
      Version  1.2.3 → 1.3.0, but these changes need 2.0.0
      ✗ 4 breaking, 3 risky, 1 compatible: fails for 4 breaking changes
      "
    `);
    expect(exitCode).toBe(1);
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  it('is told as JSON', async () => {
    const { exitCode, stdout } = await contract(shops, 'diff', 'one.json', 'two.json', '--json');
    const report = JSON.parse(stdout) as ContractReport;
    expect(report).toMatchObject({
      schemaVersion: 1,
      before: { source: join(shops, 'one.json'), server: { name: 'shop', version: '1.2.3' } },
      after: { server: { version: '1.3.0' } },
      version: { needed: 'major', taken: { needs: '2.0.0', isEnough: false } },
      failures: [],
    });
    expect(report.context?.growth).toBeGreaterThan(0);
    expect(report.changes.length).toBe(
      report.totals.breaking + report.totals.risky + report.totals.compatible,
    );
    expect(exitCode).toBe(0);
  });

  it('is told as Markdown, where text of a server is code', async () => {
    const { stdout } = await contract(shops, 'diff', 'one.json', 'two.json', '--markdown');
    expect(stdout).toContain('### Contract of <code>shop</code>');
    expect(stdout).toContain('| ❌ breaking | `contract.tool.removed` | <code>/tools/stock</code> |');
  });

  it.each([
    [['--fail-on', 'none'], 0],
    [['--fail-on', 'breaking'], 1],
    [['--max-token-growth', '1'], 1],
    [['--max-token-growth', '900'], 0],
  ] as const)('fails with %j as asked', async (options, expected) => {
    const { exitCode, stdout } = await contract(shops, 'diff', 'one.json', 'two.json', ...options);
    expect(exitCode, stdout).toBe(expected);
  });

  it('fails for a risky change only where that is asked', async () => {
    const folder = folderWith();
    const text = readFileSync(join(shops, 'one.json'), 'utf8');
    writeFileSync(join(folder, 'mcp-contract.json'), text.replace('"Finds goods"', '"Seeks goods"'));
    const lenient = await contract(folder, 'check', ...version(1));
    expect([lenient.exitCode, lenient.stdout]).toEqual([0, expect.stringContaining('0 breaking, 1 risky')]);
    const strict = await contract(folder, 'check', '--fail-on', 'risky', ...version(1));
    expect([strict.exitCode, strict.stdout]).toEqual([
      1,
      expect.stringContaining('fails for 1 risky change'),
    ]);
  });

  it('names the line of a file that is none', async () => {
    const folder = folderWith({
      'broken.json': '{\n  "version": 1,\n  <<<<<<< HEAD\n',
      'new.json': '{\n  "version": 2\n}',
    });
    const broken = await contract(folder, 'check', '--contract', 'broken.json', ...version(1));
    expect([broken.exitCode, broken.stderr]).toEqual([
      4,
      expect.stringContaining('broken.json:3:3  IO_READ'),
    ]);
    const newer = await contract(folder, 'diff', 'new.json', 'new.json');
    expect([newer.exitCode, newer.stderr]).toEqual([4, expect.stringMatching(/new\.json:2:14 .* version 2/)]);
  });

  it('says how to write the file where there is none, before it starts anything', async () => {
    const { exitCode, stderr } = await contract(folderWith(), 'check', '--', 'no-such-command-here');
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('contract snapshot -- COMMAND')]);
  });

  it('is not written where a list cannot be read, since what is missing would look removed', async () => {
    const folder = folderWith();
    const { exitCode, stderr } = await contract(folder, 'snapshot', '--', process.execPath, noPrompts);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('prompts/list could not be read')]);
    expect(() => readFileSync(join(folder, 'mcp-contract.json'))).toThrow('ENOENT');
  });

  it.each([
    [['chek'], 'Did you mean check?'],
    [['diff'], 'diff needs two contracts'],
    [['diff', 'one.json', 'two.json', '--', 'node'], 'two files and a server are three'],
    [['snapshot', 'file.json'], 'named by --output'],
    [['snapshot', '--fail-on', 'any', '--', 'node'], '--fail-on means nothing for contract snapshot'],
    [['check', '--json', '--markdown'], 'cannot both be on stdout'],
    [['check', '--max-token-growth', '-1'], 'must be 0 or more'],
    [['check', '--fail-on', 'all'], '--fail-on must be one of breaking, risky, any, none'],
  ])('refuses %j', async (args, message) => {
    const { exitCode, stderr } = await contract(shops, ...args);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
