import type { Contract } from './contract-schema.ts';

/** What a server costs the context of a model now, against before; in tokens. */
export interface ContextCostChange {
  readonly tokenizer: string;
  readonly before: number;
  readonly after: number;
  /** `after - before`. */
  readonly growth: number;
  /** Of `before`, in percent; undefined when that was nothing. */
  readonly growthPercent: number | undefined;
  /** Tools that cost something else than before, the greatest change first; new and removed ones included. */
  readonly tools: readonly { readonly name: string; readonly before: number; readonly after: number }[];
}

/** Compares what two contracts cost a context; undefined when their tokens were counted by different tokenizers. */
export function compareContextCost(before: Contract, after: Contract): ContextCostChange | undefined {
  const [old, current] = [before.contextCost, after.contextCost];
  if (old.tokenizer !== current.tokenizer) return undefined;
  const names = new Set([...Object.keys(old.tools), ...Object.keys(current.tools)]);
  const costOf = (tools: Readonly<Record<string, number>>, name: string): number =>
    Object.hasOwn(tools, name) ? (tools[name] ?? 0) : 0;
  const tools = [...names]
    .map((name) => ({ name, before: costOf(old.tools, name), after: costOf(current.tools, name) }))
    .filter((tool) => tool.before !== tool.after)
    .toSorted((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before));
  const growth = current.total - old.total;
  return {
    tokenizer: current.tokenizer,
    before: old.total,
    after: current.total,
    growth,
    growthPercent: old.total === 0 ? undefined : (growth / old.total) * 100,
    tools,
  };
}
