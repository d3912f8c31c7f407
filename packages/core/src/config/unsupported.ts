/**
 * Keys and values of the operational guide whose feature does not exist yet. They are refused by name:
 * a key that is accepted but not enforced would be a lie.
 */
import type { ConfigPath } from './types.ts';

export interface Unsupported {
  /** What is missing, as the subject of a sentence. */
  readonly what: string;
  /** What to do meanwhile; default: remove the key. */
  readonly instead?: string | undefined;
}

const keys: Readonly<Record<string, Unsupported>> = {
  compliance: { what: 'The compliance section' },
  vulnerability_scanning: { what: 'Vulnerability scanning' },
  templates: { what: 'Templates', instead: 'Use YAML anchors, extends or matrix.' },
  'global.log_format': { what: 'Choosing the log format' },
  'global.log_file': { what: 'Logging to a file', instead: 'Redirect stderr.' },
  'retry.no_retry_patterns': {
    what: 'Excluding errors from retries',
    instead: 'Name the errors to retry in retry_on_patterns.',
  },
  'security.authentication': {
    what: 'Authentication by a method of your own',
    instead: 'security.rbac has keys and client certificates.',
  },
  'security.compliance': { what: 'Compliance with laws' },
  'security.vulnerability_scanning': { what: 'Vulnerability scanning' },
  'security.access_control': {
    what: 'Permissions outside of rbac.yaml',
    instead: 'Write roles in the file that security.rbac.config_file names.',
  },
  'monitoring.metrics': {
    what: 'Changing how metrics are served',
    instead: 'They stand at /metrics on monitoring.metrics_port.',
  },
  'monitoring.health': {
    what: 'Changing how health is served',
    instead: 'It stands at /health on monitoring.health_check_port.',
  },
  'monitoring.alerting': {
    what: 'Alert rules and channels of your own',
    instead: 'monitoring.alerts has thresholds, reporting.distribution channels.',
  },
  'prometheus.custom_metrics': { what: 'Metrics of your own' },
  'monitoring.custom_metrics': { what: 'Metrics of your own' },
};

const values: Readonly<Record<string, Readonly<Record<string, Unsupported>>>> = {
  'reporting.formats': {
    pdf: { what: 'PDF', instead: 'Print the HTML report.' },
    sarif: { what: 'SARIF' },
  },
};

/** The entry for a key, or undefined when the key is simply unknown. */
export function unsupportedKey(path: ConfigPath): Unsupported | undefined {
  return lookUp(keys, path);
}

/** The entry for a value of a known key. */
export function unsupportedValue(path: ConfigPath, value: unknown): Unsupported | undefined {
  return typeof value === 'string' ? lookUp(values, path)?.[value] : undefined;
}

/** Finds the longest entry that the path, without indexes and server names, ends with. */
function lookUp<T>(table: Readonly<Record<string, T>>, path: ConfigPath): T | undefined {
  const names = path.filter((segment) => typeof segment === 'string');
  const normal = names[0] === 'servers' ? ['server', ...names.slice(2)] : names;
  const whole = normal.join('.');
  if (Object.hasOwn(table, whole)) return table[whole];
  const tail = normal.slice(-2).join('.');
  return normal.length > 2 && Object.hasOwn(table, tail) ? table[tail] : undefined;
}
