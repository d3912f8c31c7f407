/**
 * How far from no change stage 1 must find a metric before it is suspected, as a ratio: 0.02 is 2 % either way. One
 * entry a metric: the 25th percentile of latency, its mean and 95th percentile, CPU time a call, peak memory, start-up.
 */
export const suspectBeyond = {
  latency: 0.02,
  latency_mean: 0.05,
  latency_p95: 0.1,
  cpu: 0.03,
  memory: 0.1,
  start_up: 0.1,
} as const satisfies Readonly<Record<string, number>>;

/** What is compared; less is better of each. */
export type Metric = keyof typeof suspectBeyond;

/** How bad a regression surely is; `minor` is below the warning threshold. */
export type Severity = 'minor' | 'warning' | 'error' | 'critical';

/** What both modes decide by. Effects are ratios and symmetric in logarithms: 0.03 reaches from 1 / 1.03 to 1.03. */
export interface DecisionRule {
  /** The chance of any false `regressed` or `improved` in one comparison, over all benchmarks and metrics. */
  readonly familywiseAlpha: number;
  /** An estimate nearer to no change is no finding, however sure. */
  readonly minimumEffect: number;
  /** Of the interval, two-sided, 0 to 1. */
  readonly confidence: number;
  /** From which change on a regression has the name, rising; compared with the interval's lower bound. */
  readonly severities: Readonly<Record<Exclude<Severity, 'minor'>, number>>;
  /** How often the smallest detectable change that is told would be found, 0 to 1. */
  readonly power: number;
}

/** What both modes share unless the user says otherwise. */
export const defaultRule: DecisionRule = {
  familywiseAlpha: 0.01,
  minimumEffect: 0.03,
  confidence: 0.95,
  severities: { warning: 0.25, error: 0.5, critical: 1 },
  power: 0.9,
};
