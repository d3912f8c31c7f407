import type {
  Contract,
  ContextCostChange,
  ContractChange,
  VersionAdvice,
} from '@mcp-test-harness/core/contract';
import { count } from '../count.ts';

/** What makes a comparison fail. */
export const failOnChoices = ['breaking', 'risky', 'any', 'none'] as const;
export type FailOn = (typeof failOnChoices)[number];

/** One of the two contracts that were compared. */
interface ComparedContract {
  /** The file, or the name of the server that was asked. */
  readonly source: string;
  readonly server: Contract['server'];
  readonly protocolRevisions: readonly string[];
}

/** What a comparison found; the form of `--json`. */
export interface ContractReport {
  readonly schemaVersion: 1;
  readonly before: ComparedContract;
  readonly after: ComparedContract;
  /** The worst first. */
  readonly changes: readonly ContractChange[];
  readonly totals: Readonly<Record<ContractChange['kind'], number>>;
  /** Undefined when the two were counted by different tokenizers. */
  readonly context: ContextCostChange | undefined;
  readonly version: VersionAdvice;
  /** Why the exit code is 1; empty when it is 0. */
  readonly failures: readonly string[];
}

/** A contract and where it came from. */
export interface Sourced {
  readonly source: string;
  readonly contract: Contract;
}

/** Compares two contracts and judges what was found by what the user wants to be told of. */
export async function compareContracts(
  before: Sourced,
  after: Sourced,
  limits: { readonly failOn: FailOn; readonly maxTokenGrowthPercent: number | undefined },
): Promise<ContractReport> {
  const { adviseVersion, compareContextCost, diffContracts } =
    await import('@mcp-test-harness/core/contract');
  const changes = diffContracts(before.contract, after.contract);
  const of = (kind: ContractChange['kind']): number =>
    changes.filter((change) => change.kind === kind).length;
  const totals = { breaking: of('breaking'), risky: of('risky'), compatible: of('compatible') };
  const context = compareContextCost(before.contract, after.contract);
  return {
    schemaVersion: 1,
    before: describe(before),
    after: describe(after),
    changes,
    totals,
    context,
    version: adviseVersion(changes, before.contract.server.version, after.contract.server.version),
    failures: [
      ...failingChanges(totals, limits.failOn),
      ...failingGrowth(context, limits.maxTokenGrowthPercent),
    ],
  };
}

function describe({ source, contract: { server, protocolRevisions } }: Sourced): ComparedContract {
  return { source, server, protocolRevisions };
}

/** The kinds of changes that fail, by the wish. */
const failing: Readonly<Record<FailOn, readonly ContractChange['kind'][]>> = {
  breaking: ['breaking'],
  risky: ['breaking', 'risky'],
  any: ['breaking', 'risky', 'compatible'],
  none: [],
};

function failingChanges(totals: ContractReport['totals'], failOn: FailOn): readonly string[] {
  return failing[failOn]
    .filter((kind) => totals[kind] > 0)
    .map((kind) => count(totals[kind], `${kind} change`));
}

function failingGrowth(
  context: ContextCostChange | undefined,
  limitPercent: number | undefined,
): readonly string[] {
  if (limitPercent === undefined) return [];
  if (context === undefined) return ['the growth in tokens is not known: another tokenizer counted'];
  const { growth, growthPercent } = context;
  if (growth <= 0 || (growthPercent !== undefined && growthPercent <= limitPercent)) return [];
  return [`${writeGrowth(context)} tokens of context, more than ${limitPercent} %`];
}

/** `+120 (+12.5 %)`. */
export function writeGrowth({ growth, growthPercent }: ContextCostChange): string {
  const sign = growth > 0 ? '+' : '';
  return growthPercent === undefined
    ? `${sign}${growth}`
    : `${sign}${growth} (${sign}${growthPercent.toFixed(1)} %)`;
}

/** The advice on the version as one sentence. */
export function writeAdvice({ needed, taken }: VersionAdvice): string {
  if (taken === undefined) return `these changes need a ${needed} version`;
  const { before, after, needs, isEnough } = taken;
  const step = before === after ? `still ${after}` : `${before} → ${after}`;
  if (needs === undefined) return isEnough ? step : `${step} goes back, though nothing changed`;
  return isEnough
    ? `${step}: enough, these changes need ${needs}`
    : `${step}, but these changes need ${needs}`;
}
