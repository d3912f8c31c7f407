/** Which values of a configuration must never be shown. */
import { entriesOf } from './node.ts';
import type { ConfigNode, MapNode } from './node.ts';

const secretKey =
  /(^|[_.-])(tokens?|passwords?|passwd|passphrase|pwd|secrets?|api[_-]?keys?|access[_-]?keys?|private[_-]?keys?|authorization|webhook[_-]?urls?|database[_-]?urls?|credentials?|cookie|session[_-]?key|connection[_-]?string|dsn)$/i;

/** True for keys whose value is a secret by their name: `api_key`, `GITHUB_TOKEN`, `Authorization`, `X-Api-Key`. */
export function isSecretKey(key: string): boolean {
  return secretKey.test(key.replaceAll(/([a-z])([A-Z])/g, '$1_$2'));
}

/** The name under which a key is looked up: the address of a webhook is what lets one post to it. */
export function secretName(parent: string, key: string): string {
  return parent === 'webhooks' && key === 'url' ? 'webhook_url' : key;
}

/** Variables of the process environment that describe the machine; their values are no secrets in reports. */
const publicVariables = new Set([
  'HOME',
  'PWD',
  'OLDPWD',
  'PATH',
  'USER',
  'LOGNAME',
  'USERNAME',
  'USERPROFILE',
  'SHELL',
  'LANG',
  'TERM',
  'TMPDIR',
  'TEMP',
  'TMP',
  'HOSTNAME',
  'COMPUTERNAME',
  'CI',
  'NODE_ENV',
  'ENVIRONMENT',
  'GITHUB_WORKSPACE',
  'GITHUB_REPOSITORY',
  'GITHUB_SHA',
  'GITHUB_REF_NAME',
  'RUNNER_TEMP',
  'RUNNER_OS',
]);

/**
 * Values to mask wherever a run writes: what `${NAME}` took from the process environment, the machine's own
 * variables (HOME, PATH, ...) excepted, private keys, passwords in URLs, and texts under keys that are secret by name,
 * outside test cases.
 * Values so short or common that masking would garble everything are left out. Longest first.
 */
export function collectSecrets(tree: MapNode, taken: ReadonlyMap<string, string>): readonly string[] {
  const secrets = new Set<string>();
  const add = (text: string): void => {
    if (!isTrivial(text)) secrets.add(text);
  };
  for (const [name, text] of taken) if (!publicVariables.has(name)) add(text);
  for (const [key, { value }] of tree.entries) {
    if (key !== 'test_suites') collectByKey(value, key, add);
  }
  for (const suite of suitesOf(tree)) {
    for (const [key, { value }] of entriesOf(suite)) if (key !== 'test_cases') collectByKey(value, key, add);
  }
  return [...secrets].toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1));
}

/** Replaces every secret in a text by `***`. `secrets` longest first, as {@link collectSecrets} gives them. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) if (masked.includes(secret)) masked = masked.replaceAll(secret, '***');
  return masked;
}

function collectByKey(node: ConfigNode, key: string, add: (text: string) => void): void {
  if (node.kind === 'list') {
    for (const item of node.items) collectByKey(item, key, add);
  } else if (node.kind === 'map') {
    for (const [inner, entry] of node.entries) collectByKey(entry.value, secretName(key, inner), add);
  } else if (typeof node.value === 'string' && node.value.includes('PRIVATE KEY-----')) {
    add(node.value);
  } else {
    if (typeof node.value === 'string') for (const password of passwordsIn(node.value)) add(password);
    if (!isSecretKey(key) || (typeof node.value !== 'string' && typeof node.value !== 'number')) return;
    const text = String(node.value);
    add(text);
    const credential = /^(?:Bearer|Basic|Token|ApiKey)\s+(\S+)$/i.exec(text)?.[1];
    if (credential !== undefined) add(credential);
  }
}

/** The password of a URL as it is written, and as it is meant. */
export function passwordsIn(url: string): readonly string[] {
  const written = /^[a-z][a-z\d+.-]*:\/\/[^\s/?#@:]*:([^\s/?#@]+)@/i.exec(url)?.[1];
  if (written === undefined) return [];
  try {
    return [...new Set([written, decodeURIComponent(written)])];
  } catch {
    return [written];
  }
}

function suitesOf(tree: MapNode): readonly ConfigNode[] {
  const suites = tree.entries.get('test_suites')?.value;
  return suites?.kind === 'list' ? suites.items : [];
}

function isTrivial(text: string): boolean {
  return text.trim().length < 4 || /^(true|false|null|none|undefined)$/i.test(text) || /^\d{1,5}$/.test(text);
}
