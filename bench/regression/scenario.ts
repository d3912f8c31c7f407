import { fileURLToPath } from 'node:url';
import { plainServer, planTools } from '../../packages/core/src/benchmark/index.ts';
import type { Plan, PlannedServer } from '../../packages/core/src/plan/types.ts';

/** What is injected into a tool of the head, and how often it must be found. */
export type Injected = 'none' | '+5 %' | '+10 %' | '+25 %' | '-10 %' | 'tail';

const injections: Readonly<Record<Exclude<Injected, 'none'>, object>> = {
  '+5 %': { factor: 1.05 },
  '+10 %': { factor: 1.1 },
  '+25 %': { factor: 1.25 },
  '-10 %': { factor: 0.9 },
  tail: { tailFactor: 3, tailEvery: 10 },
};

/** Of each kind of change, in an A/B run; the other tools stay as they are. */
const toolsOfEachKind = 2;
export const toolCount = 20;

const server = fileURLToPath(new URL('../fixtures/slowable-stdio.ts', import.meta.url));

/** Which tools of the head change in one A/B run. @param order the tools in random order */
export function injectInto(order: readonly number[]): ReadonlyMap<string, Injected> {
  const kinds = Object.keys(injections) as Exclude<Injected, 'none'>[];
  const chosen = kinds.flatMap((kind) => Array.from({ length: toolsOfEachKind }, () => kind));
  return new Map(order.map((tool, place) => [`tools/tool-${tool}`, chosen[place] ?? 'none']));
}

/** How a version of the server is started. */
export function serverWith(changes: ReadonlyMap<string, Injected>): PlannedServer {
  const injected = Object.fromEntries(
    [...changes].flatMap(([tool, kind]) =>
      kind === 'none' ? [] : [[tool.slice('tools/'.length), injections[kind]]],
    ),
  );
  return plainServer('slowable', {
    transport: 'stdio',
    command: process.execPath,
    args: [server, JSON.stringify(injected)],
    protocolVersion: '2025-11-25',
  });
}

/** Every tool as a benchmark. */
export function planOf(head: PlannedServer): Plan {
  const tools = Array.from({ length: toolCount }, (_, tool) => ({
    name: `tool-${tool}`,
    args: {},
    expected: { text: 'done well' },
  }));
  return planTools(head, tools, { baseDir: process.cwd(), timeoutMs: 3_600_000 });
}
