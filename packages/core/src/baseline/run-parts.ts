import type { BenchmarkResult } from '../benchmark/types.ts';
import type { Contract } from '../contract/contract-schema.ts';
import type { RunResult } from '../runner/result.ts';

/** What was found in a run of one suite: any of it, but not nothing. */
export interface RunParts {
  readonly benchmark?: BenchmarkResult | undefined;
  /** A run of the tests themselves: their outcomes, flaky among them, and its findings. */
  readonly tests?: RunResult | undefined;
  /** A judgement of one server by the specification; all of it belongs to the suite. */
  readonly compliance?: RunResult | undefined;
  /** By name of the server. */
  readonly contracts?: ReadonlyMap<string, Contract> | undefined;
}

/** What results do not say of themselves. */
export interface RunContext {
  readonly commit?: string | undefined;
  readonly branch?: string | undefined;
  /** Of a run of contracts alone, which have no time of their own: ISO 8601, and the version of the harness. */
  readonly contractsTaken?: { readonly at: string; readonly harnessVersion: string } | undefined;
}

/** The name under which what the specification says of a server is kept: a baseline of its own, beside those of suites. */
export function complianceSuite(server: string): string {
  return `compliance of ${server}`;
}

/** Why a run is none to compare others with. @param suite whose benchmarks are meant */
export function whyNotWhole({ benchmark, tests, compliance }: RunParts, suite: string): readonly string[] {
  return [
    ...(benchmark === undefined ? [] : whyUnsound(benchmark, suite)),
    ...[tests, compliance].flatMap((one) =>
      one === undefined || one.complete ? [] : [one.incompleteReason ?? 'the run was cut off'],
    ),
  ];
}

function whyUnsound(result: BenchmarkResult, suite: string): readonly string[] {
  const reasons: string[] = [];
  if (!result.complete) reasons.push(result.incompleteReason ?? 'the run was cut off');
  const mine = result.benchmarks.filter((one) => one.suite === suite);
  for (const one of mine) {
    if (one.state === 'failed' || one.state === 'short') reasons.push(`${one.id}: ${one.reason}`);
    else if (one.state === 'measured' && one.generator?.invalid !== undefined)
      reasons.push(`${one.id}: the load generator could not keep its rate: ${one.generator.invalid}`);
  }
  if (!mine.some(({ state }) => state === 'measured')) reasons.push('no benchmark was measured');
  return reasons;
}
