import { formatPath, member } from '../node.ts';
import type { MapNode } from '../node.ts';
import type { Problems } from '../problems.ts';
import { thresholdDefaults } from '../schema/performance.ts';

/** The thresholds must rise, and `never` stands alone. */
export function checkPerformance(root: MapNode, problems: Problems): void {
  checkThresholds(root, problems);
  const failOn = member(member(root, 'performance'), 'fail_on');
  if (failOn?.kind !== 'list' || failOn.items.length < 2) return;
  const never = failOn.items.find((item) => item.kind === 'scalar' && item.value === 'never');
  if (never !== undefined) {
    problems.add('CONFIG_INVALID', never, 'performance.fail_on: never stands beside what fails', {
      hint: 'Write fail_on: [never], or leave never out.',
    });
  }
}

/** @param prefix of messages: of which environment it is that */
export function checkThresholds(root: MapNode, problems: Problems, prefix = ''): void {
  const thresholds = member(member(root, 'performance'), 'thresholds');
  let lower: { readonly name: string; readonly value: number } | undefined;
  for (const [name, fallback] of Object.entries(thresholdDefaults)) {
    const node = member(thresholds, name);
    const written = node?.kind === 'scalar' ? node.value : undefined;
    const value = typeof written === 'number' ? written : fallback;
    if (lower !== undefined && value <= lower.value && thresholds !== undefined) {
      problems.add(
        'CONFIG_INVALID',
        node ?? member(thresholds, lower.name) ?? thresholds,
        `${prefix}${formatPath(['performance', 'thresholds', name])}: ${value} is not more than ${lower.name}, which is ${lower.value}`,
        { hint: 'They rise: warning < error < critical (25, 50, 100 unless given).' },
      );
    }
    lower = { name, value };
  }
}
