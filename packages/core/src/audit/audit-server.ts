import type { ComplianceResult } from '../compliance/types.ts';
import type { SessionOptions } from '../protocol/types.ts';
import { measureContextCost } from './context-cost.ts';
import { fuzzFaults, fuzzTools, type FuzzResult } from './fuzz/fuzz-tools.ts';
import { lintDefinitions } from './lint.ts';
import { readDefinitions, type ReadDefinitions } from './read-definitions.ts';
import type { AuditFinding, ContextCost } from './types.ts';

/** What an audit found: JSON-serialisable. */
export interface AuditResult {
  readonly schemaVersion: 1;
  readonly server: ComplianceResult['server'];
  readonly findings: readonly AuditFinding[];
  readonly context: ContextCost;
  /** Lists that the server declared and would not give. */
  readonly unreadable: readonly { readonly list: string; readonly reason: string }[];
  /** Undefined when it was switched off, or nothing may be called. */
  readonly fuzz: FuzzResult | undefined;
  readonly compliance: Pick<ComplianceResult, 'totals' | 'score' | 'results'>;
}

export interface AuditOptions {
  readonly server: SessionOptions;
  /** Codes that are not reported. */
  readonly ignore?: readonly string[] | undefined;
  /** How long read-only tools are called with faulty arguments; 0: not at all. */
  readonly fuzzMs: number;
  /** Of the faulty arguments. */
  readonly seed: number;
  /** The requirements have been judged already, by the same server. Default: they are judged here. */
  readonly compliance?: ComplianceResult | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks a server over without any configuration: the requirements of the specification, what its definitions say to a
 * model and cost it, and how its read-only tools take faulty arguments.
 * @throws HarnessError when no conversation comes about at all, and CANCELLED
 */
export async function auditServer(options: AuditOptions): Promise<AuditResult> {
  const { server, signal, ignore = [] } = options;
  // Who wants the rules alone need not load all the checks.
  const [{ findCallableTools, runCompliance }, { connect }] = await Promise.all([
    import('../compliance/index.ts'),
    import('../protocol/index.ts'),
  ]);
  const compliance = options.compliance ?? (await runCompliance({ server, signal }));
  const { definitions, unreadable } = await readFrom(server, signal);
  const tools = findCallableTools(definitions.tools, 'read-only');
  const fuzz =
    options.fuzzMs > 0 && tools.length > 0
      ? await fuzzTools({
          tools,
          open: () => connect({ ...server, signal }),
          budgetMs: options.fuzzMs,
          seed: options.seed,
          signal,
        })
      : undefined;
  return {
    schemaVersion: 1,
    server: compliance.server,
    findings: [...toFindings(fuzz), ...lintDefinitions(definitions, { ignore })].filter(
      ({ code }) => !ignore.includes(code),
    ),
    context: await measureContextCost(definitions),
    unreadable,
    fuzz,
    compliance: { totals: compliance.totals, score: compliance.score, results: compliance.results },
  };
}

/** Nothing that a person would stop for: no MUST broken, no error found, every list given. */
export function isSound({ findings, compliance, unreadable }: AuditResult): boolean {
  return (
    compliance.totals.failed === 0 &&
    unreadable.length === 0 &&
    !findings.some(({ severity }) => severity === 'error')
  );
}

async function readFrom(server: SessionOptions, signal: AbortSignal | undefined): Promise<ReadDefinitions> {
  const { connect } = await import('../protocol/index.ts');
  const session = await connect({ ...server, signal });
  try {
    return await readDefinitions(session, signal);
  } finally {
    await session.close();
  }
}

function toFindings(fuzz: FuzzResult | undefined): readonly AuditFinding[] {
  return (fuzz?.failures ?? []).map(({ fault, tool, args, message }) => ({
    ...fuzzFaults[fault],
    subject: { kind: 'tool', name: tool },
    message: `${message}; with ${cut(JSON.stringify(args))}`,
  }));
}

function cut(text: string): string {
  return text.length > 500 ? `${text.slice(0, 500)}… (${text.length} characters)` : text;
}
