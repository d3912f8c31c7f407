import type { PlannedServer, PlannedTest } from '../plan/types.ts';
import { plainServer, toolTest } from './tool-plan.ts';

/**
 * Two MCP servers of ours that are measured in the same run as the servers under test: one only echoes, one computes.
 * What a machine does to them it does to a server of the same kind, so that CPU time divided by theirs can be
 * compared between machines. A calibration loop inside our own process does not tell: in 40 runs under ten conditions
 * it left the spread at 26 %, where a reference server brought it down to 7 %.
 */
export type ReferenceName = 'echo' | 'compute';

export const referenceNames: readonly ReferenceName[] = ['echo', 'compute'];

/** Passed to `node -e`: a file of its own would be lost in a bundle. */
const source = (name: ReferenceName): string => `
const work = ${String(name === 'compute')}
  ? () => {
      const rows = [];
      for (let row = 0; row < 150; row += 1) rows.push({ id: (row * 7919) % 1009, name: 'row ' + row, tags: ['a', 'b'] });
      let text = '';
      for (let turn = 0; turn < 4; turn += 1) {
        rows.sort((a, b) => (turn % 2 === 0 ? a.id - b.id : b.name < a.name ? 1 : -1));
        text = JSON.stringify(JSON.parse(JSON.stringify(rows)));
      }
      return String(text.length);
    }
  : (args) => String(args.message);
const results = {
  initialize: () => ({
    protocolVersion: '2025-11-25',
    capabilities: { tools: {} },
    serverInfo: { name: 'mcp-test-harness-reference', version: '1' },
  }),
  ping: () => ({}),
  'tools/list': () => ({ tools: [{ name: 'work', inputSchema: { type: 'object' } }] }),
  'tools/call': ({ arguments: args = {} }) => ({ content: [{ type: 'text', text: work(args) }] }),
};
let rest = '';
process.stdin.setEncoding('utf8').on('data', (chunk) => {
  const lines = (rest + chunk).split('\\n');
  rest = lines.pop();
  for (const line of lines) {
    const { id, method, params = {} } = JSON.parse(line);
    if (id === undefined) continue;
    const result = results[method];
    const answer = result === undefined
      ? { error: { code: -32601, message: 'Method not found' } }
      : { result: result(params) };
    process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, ...answer }) + '\\n');
  }
});
`;

/** How a reference server is started. */
export function referenceServer(name: ReferenceName): PlannedServer {
  return plainServer(`reference server (${name})`, {
    transport: 'stdio',
    command: process.execPath,
    args: ['-e', source(name)],
    protocolVersion: '2025-11-25',
  });
}

/** The call that is measured. */
export function referenceTest(name: ReferenceName): PlannedTest {
  return toolTest('reference', { name: 'work', args: { message: 'a message of ordinary length' } }, name);
}
