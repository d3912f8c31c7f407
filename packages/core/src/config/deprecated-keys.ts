/** Keys of an older reference under the names that they have now. */
import { entriesOf, formatPath, toPlain, withMember } from './node.ts';
import type { ConfigNode, MapEntry, MapNode } from './node.ts';
import type { Problems } from './problems.ts';
import type { ConfigPath } from './types.ts';

/** The older name, and the key. What stands within a key that is given up comes before that key. */
export const deprecatedKeys: Readonly<Record<string, string>> = {
  'monitoring.metrics.port': 'monitoring.metrics_port',
  'monitoring.health.port': 'monitoring.health_check_port',
  'monitoring.prometheus.push_gateway.job_name': 'monitoring.prometheus.job_name',
  'monitoring.prometheus.push_gateway.url': 'monitoring.prometheus.push_gateway',
  'monitoring.alerting.performance_regression_threshold':
    'monitoring.alerts.performance_regression_threshold',
  'monitoring.alerting.error_rate_threshold': 'monitoring.alerts.error_rate_threshold',
  'monitoring.alerting.success_rate_threshold': 'monitoring.alerts.success_rate_threshold',
  'monitoring.alerting.response_time_threshold_ms': 'monitoring.alerts.response_time_threshold_ms',
  'performance.regression_detection.warning_threshold_percent':
    'performance.thresholds.warning_threshold_percent',
  'performance.regression_detection.error_threshold_percent':
    'performance.thresholds.error_threshold_percent',
  'performance.regression_detection.critical_threshold_percent':
    'performance.thresholds.critical_threshold_percent',
  'performance.auto_update_baselines': 'performance.baseline_updates.enabled',
  'performance.baseline_confidence_threshold': 'performance.baseline_updates.confidence_threshold',
  'performance.baseline_sample_size': 'performance.baseline_updates.minimum_samples',
  'security.access_control.enable_rbac': 'security.rbac.enabled',
  'security.access_control.rbac_config_path': 'security.rbac.config_file',
  'reporting.distribution.email.to_addresses': 'reporting.distribution.email.recipients',
  'reporting.distribution.email.send_on_failure': 'reporting.distribution.email.on_failure',
  'reporting.distribution.slack.notify_on_failure': 'reporting.distribution.slack.on_failure',
  'reporting.distribution.slack.notify_on_regression': 'reporting.distribution.slack.on_regression',
};

/**
 * Gives deprecated keys of a file, and of its `environments`, the names that they have now, with a warning each. A key
 * given under both names with different values is an error.
 */
export function renameDeprecated(root: MapNode, problems: Problems): MapNode {
  const tree = renameIn(root, [], problems);
  const environments = tree.entries.get('environments');
  if (environments?.value.kind !== 'map') return tree;
  let blocks = environments.value;
  for (const [name, entry] of entriesOf(blocks)) {
    if (entry.value.kind !== 'map') continue;
    const block = renameIn(entry.value, ['environments', name], problems);
    if (block !== entry.value) blocks = withMember(blocks, name, { ...entry, value: block });
  }
  return blocks === environments.value
    ? tree
    : withMember(tree, 'environments', { ...environments, value: blocks });
}

function renameIn(root: MapNode, at: ConfigPath, problems: Problems): MapNode {
  let tree = root;
  for (const [older, name] of Object.entries(deprecatedKeys)) {
    const from = older.split('.');
    const entry = entryAt(tree, from);
    if (entry === undefined) continue;
    const to = name.split('.');
    const shown = formatPath([...at, ...from]);
    problems.warn(entry.key, `${shown} is deprecated: the key is ${formatPath([...at, ...to])} now`);
    tree = withoutEntry(tree, from) ?? { ...tree, entries: new Map() };
    const given = entryAt(tree, to);
    if (given === undefined) tree = withEntry(tree, to, entry);
    else if (from.length > to.length && from.join('.').startsWith(`${name}.`)) {
      // What remains there would be hidden by the value that takes its place.
      for (const [key, rest] of entriesOf(given.value)) {
        problems.add(
          'CONFIG_UNKNOWN_KEY',
          rest.key,
          `${formatPath([...at, ...to, key])} is not a known key`,
          {
            hint: `${name} is a single value: that of ${older}.`,
          },
        );
      }
      tree = withEntry(tree, to, entry);
    } else if (!sameValue(given.value, entry.value)) {
      problems.add(
        'CONFIG_INVALID',
        entry.key,
        `${shown}: given a second time, with another value, as ${formatPath([...at, ...to])}`,
        { hint: `Remove ${older}: it is an older name of ${name}.` },
      );
    }
  }
  return tree;
}

function entryAt(map: MapNode, path: readonly string[]): MapEntry | undefined {
  const [key = '', ...rest] = path;
  const entry = map.entries.get(key);
  if (entry === undefined || rest.length === 0) return entry;
  return entry.value.kind === 'map' ? entryAt(entry.value, rest) : undefined;
}

/** Mappings that are left with nothing go as well. */
function withoutEntry(map: MapNode, path: readonly string[]): MapNode | undefined {
  const [key = '', ...rest] = path;
  const entry = map.entries.get(key);
  const inner = rest.length > 0 && entry?.value.kind === 'map' ? withoutEntry(entry.value, rest) : undefined;
  const left = withMember(map, key, inner && entry ? { ...entry, value: inner } : undefined);
  return left.entries.size === 0 ? undefined : left;
}

function withEntry(map: MapNode, path: readonly string[], entry: MapEntry): MapNode {
  const [key = '', ...rest] = path;
  if (rest.length === 0) return withMember(map, key, entry);
  const holder = map.entries.get(key);
  if (holder !== undefined && holder.value.kind !== 'map') return map;
  const { source, start, end } = entry.key;
  const inner: MapNode =
    holder?.value.kind === 'map' ? holder.value : { kind: 'map', entries: new Map(), source, start, end };
  return withMember(map, key, { key: holder?.key ?? entry.key, value: withEntry(inner, rest, entry) });
}

function sameValue(a: ConfigNode, b: ConfigNode): boolean {
  return JSON.stringify(toPlain(a)) === JSON.stringify(toPlain(b));
}
