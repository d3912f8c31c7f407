import { nameSuspects } from '../decision/name-suspects.ts';
import type { Metric } from '../decision/rule.ts';
import type { PairSeries } from '../decision/types.ts';
import type { InterleavedMeasurement } from '../decision/decide-interleaved.ts';
import type { Random } from '../random.ts';
import { draw, type Noise } from './noise.ts';

/** A world in which the truth is known. */
export interface World {
  readonly benchmarks: number;
  readonly metrics: readonly Metric[];
  /** Head / base - 1 of a benchmark, by its number; in all metrics alike. */
  readonly effectOf: (benchmark: number) => number;
  /** Standard deviation of the log ratios between pairs in either stage. */
  readonly spread: readonly [stage1: number, stage2: number];
  readonly pairs: readonly [stage1: number, stage2: number];
  readonly noise: Noise;
}

/** Both stages as the engine would measure them: the metrics of one pair share two thirds of their noise's variance. */
export function measureWorld(world: World, random: Random): InterleavedMeasurement {
  const stage1 = Array.from({ length: world.benchmarks }, (_, benchmark) =>
    measureBenchmark(world, benchmark, 0, random),
  ).flat();
  const suspected = new Set(nameSuspects(stage1).map(({ benchmark }) => benchmark));
  const stage2 = [...suspected].flatMap((name) => measureBenchmark(world, Number(name), 1, random));
  return { stage1, stage2 };
}

function measureBenchmark(world: World, benchmark: number, stage: 0 | 1, random: Random): PairSeries[] {
  const count = world.pairs[stage];
  const shared = draw(count, world.noise, random);
  return world.metrics.map((metric) => ({
    benchmark: String(benchmark),
    metric,
    logRatios: draw(count, world.noise, random).map(
      (own, pair) =>
        Math.log1p(world.effectOf(benchmark)) +
        world.spread[stage] * (Math.sqrt(2 / 3) * (shared[pair] ?? 0) + Math.sqrt(1 / 3) * own),
    ),
  }));
}
