/** What the scenarios of the Action share: the Action as GitHub unpacks it, and small repositories to run it in. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll } from 'vitest';
import type { RunReport, World, WorldOptions } from './runner/types.ts';
import type { WorldKind } from './runner/worlds.ts';

const root = resolve(import.meta.dirname, '../..');
const server = resolve(root, 'test/fixtures/action/server.mjs');

/** One server and one test of it. */
export const greetingConfig = `server:
  command: node
  args: [server.mjs]
test_suites:
  - name: greeting
    test_cases:
      - id: greet
        tool_name: greet
        input_params: { name: Ann }
        expected: { text: 'Hello, Ann' }
`;
/** Where the test of {@link greetingConfig} stands. */
export const greetingLine = 7;

/** Makes the server greet another way, so that its test fails. */
export const broken = { BEHAVIOUR: JSON.stringify({ greeting: 'Hi' }) };

/** Worlds for the scenarios of one test file, gone after them. */
export function actionWorlds(): (
  kind: WorldKind,
  options?: Partial<WorldOptions> & {
    readonly files?: Readonly<Record<string, string>>;
    /** Given the workspace before the first run. */
    readonly prepare?: (workspace: string) => void;
  },
) => World {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-test-harness-action-'));
  // As it is downloaded: nothing else of the repository is there.
  for (const name of ['action.yml', 'dist'])
    cpSync(join(root, name), join(folder, 'action', name), { recursive: true });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let count = 0;
  return (kind, { files = {}, prepare, ...options } = {}) => {
    count += 1;
    const own = join(folder, String(count));
    const workspace = join(own, 'workspace');
    const all = {
      'server.mjs': readFileSync(server, 'utf8'),
      'mcp-test-harness.yaml': greetingConfig,
      ...files,
    };
    for (const [name, content] of Object.entries(all)) {
      mkdirSync(dirname(join(workspace, name)), { recursive: true });
      writeFileSync(join(workspace, name), content);
    }
    prepare?.(workspace);
    mkdirSync(join(own, 'state'));
    return kind.create({ state: join(own, 'state'), action: join(folder, 'action'), workspace, ...options });
  };
}

/** Our comments, in order. */
export function commentsOf({ comments }: RunReport): RunReport['comments'] {
  return comments.filter(({ user }) => user === 'github-actions[bot]');
}

/** First line that a reader sees. */
export function headlineOf(markdown: string | null | undefined): string {
  const lines = (markdown ?? '').split('\n').filter((line) => line.trim() !== '' && !line.startsWith('<!--'));
  return (lines[0] ?? '').replaceAll(/<\/?code>/g, '`');
}
