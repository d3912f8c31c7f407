import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from './support/folders.ts';
import { readReport, runCli } from './support/run-cli.ts';

const folderWith = temporaryFolders();

const config = `
server: { command: mcp-server-memory }
test_suites:
  - name: graph
    test_cases:
      - { id: all, tool_name: read_graph }
      - { id: some, tool_name: search_nodes, input_params: { query: a } }
      - { id: none, tool_name: open_nodes, input_params: { names: [] } }
`;

/** Nine tools and a resource, of which the suite uses three. */
const folder = (text = config): string => folderWith({ 'mcp-test-harness.yaml': text });

describe.concurrent('coverage of a real server', () => {
  it('is told by every run, and fails none that does not ask for it', async () => {
    const cwd = folder();
    const { exitCode, stdout } = await runCli(['test', '--report', 'json:run.json'], { cwd });
    expect(stdout).toContain('Coverage: 3 of 10 tools, resources and prompts were used by tests (30%)');
    expect(stdout).toMatch(/not used: tools create_entities, .*delete_relations/s);
    expect(exitCode).toBe(0);
    const { coverage } = readReport(join(cwd, 'run.json')) ?? {};
    expect(coverage).toMatchObject({ listed: 10, exercised: 3, leftOutTests: 0 });
    expect(coverage?.servers[0]?.lists[0]).toMatchObject({
      kind: 'tools',
      exercised: ['read_graph', 'search_nodes', 'open_nodes'],
    });
  });

  it.each([
    ['30', 0],
    ['31', 1],
  ])('--min-coverage %s ends with %i', async (percent, expected) => {
    const { exitCode, stdout } = await runCli(['test', '--min-coverage', percent], { cwd: folder() });
    expect(exitCode).toBe(expected);
    if (expected === 1) {
      expect(stdout).toMatch(/not used: tools create_entities, /);
      expect(stdout).toContain('FAILED  The tests passed, but only 30% of what the server has was used');
    }
  });

  it(
    'coverage.min_percent judges whole runs; --min-coverage also filtered ones',
    { timeout: 60_000 },
    async () => {
      const cwd = folder(`coverage: { min_percent: 50 }\n${config}`);
      expect((await runCli(['test'], { cwd })).exitCode).toBe(1);
      const filtered = await runCli(['test', '-t', 'all'], { cwd });
      expect(filtered.stdout).toContain('measured over a part of the tests: filters left out 2 tests');
      expect(filtered.exitCode).toBe(0);
      const asked = await runCli(['test', '-t', 'all', '--min-coverage', '50'], { cwd });
      expect(asked.exitCode).toBe(1);
    },
  );

  it('of shards is joined, and judged, when they are merged', async () => {
    const cwd = folder(`coverage: { min_percent: 31 }\n${config}`);
    const files = ['1', '2'].map((index) => `shard-${index}.json`);
    const runs = await Promise.all(
      files.map((file, n) => runCli(['test', '--shard', `${n + 1}/2`, '--report', `json:${file}`], { cwd })),
    );
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const { exitCode, stdout } = await runCli(['report', ...files], { cwd });
    expect(stdout).toContain('Coverage: 3 of 10 tools, resources and prompts were used by tests');
    expect(exitCode).toBe(1);
  });

  it.each(['-1', '101', 'much'])('--min-coverage %s is refused', async (percent) => {
    const { exitCode, stderr } = await runCli(['test', `--min-coverage=${percent}`], { cwd: folder() });
    expect(stderr).toMatch(/--min-coverage (must be a percentage|needs a number)/);
    expect(exitCode).toBe(2);
  });
});
