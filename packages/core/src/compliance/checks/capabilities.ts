import { isJsonObject, type JsonObject } from '../../json.ts';
import type { Exchange } from '../../protocol/types.ts';
import { defineCheck, fail, notApplicable, pass } from '../define.ts';
import { evidenceOf, type Check, type CheckContext, type Level, type Verdict } from '../types.ts';
import { setLevels } from './log-levels.ts';

const negotiation = 'basic/lifecycle#capability-negotiation';

/** A capability, and the request that shows whether a server has it. */
interface Feature {
  readonly capability: string;
  readonly from: string;
  /** The last revision that has the method. */
  readonly until?: string;
  readonly method: string;
  /** Where the specification demands that it is declared. */
  readonly spec: string;
  /** Of a declared capability's method that is missing. */
  readonly level: Level;
  readonly ask: (context: CheckContext) => Promise<Exchange>;
  /** Whether a result shows that the server has the feature; undefined: no result shows it. */
  readonly shows?: ((result: JsonObject) => boolean) | undefined;
}

const listed =
  (method: string) =>
  ({ session, signal }: CheckContext): Promise<Exchange> =>
    session.exchange(method, {}, { signal });

const hasEntries =
  (member: string) =>
  (result: JsonObject): boolean => {
    const entries = result[member];
    return Array.isArray(entries) && entries.length > 0;
  };

const features: readonly Feature[] = [
  {
    capability: 'tools',
    from: '2024-11-05',
    method: 'tools/list',
    spec: 'server/tools#capabilities',
    level: 'MUST',
    ask: listed('tools/list'),
    shows: hasEntries('tools'),
  },
  {
    capability: 'resources',
    from: '2024-11-05',
    method: 'resources/list',
    spec: 'server/resources#capabilities',
    level: 'MUST',
    ask: listed('resources/list'),
    shows: hasEntries('resources'),
  },
  {
    capability: 'prompts',
    from: '2024-11-05',
    method: 'prompts/list',
    spec: 'server/prompts#capabilities',
    level: 'MUST',
    ask: listed('prompts/list'),
    shows: hasEntries('prompts'),
  },
  {
    capability: 'completions',
    from: '2025-03-26',
    method: 'completion/complete',
    spec: 'server/utilities/completion#capabilities',
    level: 'MUST',
    ask: askCompletion,
    // An SDK may answer for a server that has none, with an empty list.
    shows: ({ completion }) => isJsonObject(completion) && hasEntries('values')(completion),
  },
  {
    capability: 'logging',
    from: '2024-11-05',
    until: '2025-11-25',
    method: 'logging/setLevel',
    spec: 'server/utilities/logging#capabilities',
    // A server may send log messages at a level of its own choice: nothing says outright that it takes another.
    level: 'SHOULD',
    ask: async (context) => (await setLevels(context)).accepted[0],
  },
];

function works({ capability, from, until, method, level, ask }: Feature): Check {
  return defineCheck({
    id: `capabilities.${capability}.works`,
    level,
    revisions: { from, until },
    needs: { capabilities: [capability] },
    spec: negotiation,
    title: `a server that declares ${capability} knows the method ${method}`,
    remedy: `Answer ${method}, or do not declare ${capability}.`,
    run: async (context) => {
      const exchange = await ask(context);
      if (exchange.error?.code !== -32601) return pass();
      return fail(
        `${capability} is declared, but ${method} is answered with -32601 (method not found)`,
        evidenceOf(exchange),
      );
    },
  });
}

function isDeclared(feature: Feature): readonly Check[] {
  const { capability, from, spec, shows } = feature;
  if (shows === undefined) return [];
  return [
    defineCheck({
      id: `capabilities.${capability}.declared`,
      level: 'MUST',
      revisions: { from },
      spec,
      title: `a server that has ${capability} declares them`,
      remedy: `Add ${capability} to the capabilities that initialize or server/discover answers with.`,
      run: (context) => judgeDeclared(context, feature, shows),
    }),
  ];
}

async function judgeDeclared(
  context: CheckContext,
  { capability, method, ask }: Feature,
  shows: NonNullable<Feature['shows']>,
): Promise<Verdict> {
  if (context.capabilities[capability] !== undefined) return pass();
  const exchange = await ask(context);
  if (!isJsonObject(exchange.result) || !shows(exchange.result))
    return notApplicable(`the server neither declares ${capability} nor shows any`);
  return fail(`${method} is answered, but ${capability} is not declared`, evidenceOf(exchange));
}

export default [
  ...features.flatMap((feature) => [works(feature), ...isDeclared(feature)]),
  defineCheck({
    id: 'capabilities.logging.declared',
    level: 'MUST',
    revisions: { from: '2024-11-05' },
    spec: 'server/utilities/logging#capabilities',
    title: 'a server that sends log messages declares logging',
    remedy:
      'Add logging to the capabilities that initialize or server/discover answers with, or write to stderr instead.',
    findings: { rules: ['capability.logging-undeclared'], exercised: ['initialize', 'server/discover'] },
  }),
];

/** About a prompt that there is, where there is one: an unknown one may be refused in any way. */
async function askCompletion(context: CheckContext): Promise<Exchange> {
  const prompts = await context.prompts().catch(() => []);
  const known = prompts.flatMap((prompt) => {
    const { name, arguments: args } = prompt as { name?: unknown; arguments?: unknown };
    const first: unknown = Array.isArray(args) ? args[0] : undefined;
    if (typeof name !== 'string' || !isJsonObject(first)) return [];
    return typeof first['name'] === 'string' ? [{ prompt: name, argument: first['name'] }] : [];
  });
  const { prompt, argument } = known[0] ?? { prompt: 'harness-no-such-prompt', argument: 'text' };
  return context.session.exchange(
    'completion/complete',
    { ref: { type: 'ref/prompt', name: prompt }, argument: { name: argument, value: '' } },
    { signal: context.signal },
  );
}
