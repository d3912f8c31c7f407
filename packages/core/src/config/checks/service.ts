import { formatPath, member, textMember } from '../node.ts';
import type { ConfigNode, MapNode } from '../node.ts';
import type { Problems } from '../problems.ts';
import type { ConfigPath } from '../types.ts';
import { isOn, numberMember } from './values.ts';

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/i;

/** The listeners of the service: their ports, and who may reach them. */
export function checkService(root: MapNode, problems: Problems): void {
  checkPorts(root, problems);
  checkPrometheus(root, problems);
  checkAccess(root, problems);
  checkEncryption(root, problems);
}

function checkPorts(root: MapNode, problems: Problems): void {
  const monitoring = member(root, 'monitoring');
  const security = member(root, 'security');
  const api = member(security, 'api');
  const listens = isOn(monitoring, 'enabled');
  const hasApi = isOn(api, 'enabled') && (api !== undefined || hasRbac(security));
  const ports: readonly (readonly [path: ConfigPath, port: number, isUsed: boolean])[] = [
    [['monitoring', 'metrics_port'], numberMember(monitoring, 'metrics_port') ?? 9090, listens],
    [['monitoring', 'health_check_port'], numberMember(monitoring, 'health_check_port') ?? 8080, listens],
    [['security', 'api', 'port'], numberMember(api, 'port') ?? 8443, hasApi],
  ];
  const taken = new Map<number, ConfigPath>();
  for (const [path, port, isUsed] of ports) {
    if (!isUsed || port === 0) continue;
    const other = taken.get(port);
    taken.set(port, path);
    if (other === undefined) continue;
    const node = nodeOf(root, path) ?? nodeOf(root, other);
    if (node === undefined) continue;
    problems.add('CONFIG_INVALID', node, `${formatPath(path)}: ${port} is also ${formatPath(other)}`, {
      hint: 'Each listener has a port of its own.',
    });
  }
}

/** Prometheus has the same default port: it would scrape itself, and never notice that the service is down. */
function checkPrometheus(root: MapNode, problems: Problems): void {
  const monitoring = member(root, 'monitoring');
  const prometheus = member(monitoring, 'prometheus');
  const endpoint = textMember(prometheus, 'endpoint');
  const node = member(prometheus, 'endpoint');
  if (endpoint === undefined || node === undefined || !isOn(monitoring, 'enabled')) return;
  if ((numberMember(monitoring, 'metrics_port') ?? 9090) !== 9090 || !URL.canParse(endpoint)) return;
  const { hostname } = new URL(endpoint);
  if (!loopback.test(hostname) && hostname !== textMember(member(root, 'service'), 'host')) return;
  problems.warn(
    member(monitoring, 'metrics_port') ?? node,
    'monitoring.metrics_port: 9090 is the port of Prometheus itself, which is on the same host; take another one, e.g. 9464',
  );
}

function checkAccess(root: MapNode, problems: Problems): void {
  const security = member(root, 'security');
  const rbac = member(security, 'rbac');
  if (rbac?.kind === 'map' && isOn(rbac, 'enabled') && member(rbac, 'config_file') === undefined) {
    problems.add('CONFIG_INVALID', keyOf(security, 'rbac') ?? rbac, 'security.rbac.config_file is missing', {
      hint: 'Name the file of roles and users, rbac.yaml; `mcp-test-harness init --production` writes a first one.',
    });
  }
  const api = member(security, 'api');
  const host = member(api, 'host');
  const name = textMember(api, 'host');
  if (host === undefined || name === undefined || !isOn(api, 'enabled') || loopback.test(name)) return;
  if (!hasRbac(security)) {
    problems.add(
      'CONFIG_INVALID',
      host,
      `security.api.host: without security.rbac the API is for this host only, and ${JSON.stringify(name)} is not loopback`,
      {
        hint: 'Say who may do what in security.rbac, or listen on 127.0.0.1.',
      },
    );
  } else if (member(security, 'tls') === undefined) {
    problems.warn(
      host,
      'security.api.host: without security.tls keys and reports travel in the clear, unless something before the API speaks TLS',
    );
  }
}

/** What each keeper of keys cannot do without. */
const neededBy: Readonly<Record<string, string>> = { vault: 'vault_endpoint', file: 'key_file' };

function checkEncryption(root: MapNode, problems: Problems): void {
  const security = member(root, 'security');
  const protection = member(security, 'data_protection');
  if (protection === undefined || !isOn(protection, 'encrypt_sensitive_data', false)) return;
  const keeper = textMember(protection, 'key_management');
  const at = 'security.data_protection';
  if (member(protection, 'key_management') === undefined) {
    problems.add(
      'CONFIG_INVALID',
      keyOf(security, 'data_protection') ?? protection,
      `${at}.key_management is missing`,
      {
        hint: 'Say who keeps the key: vault, env or file.',
      },
    );
  }
  const needed = neededBy[keeper ?? ''];
  if (needed === undefined || member(protection, needed) !== undefined) return;
  problems.add(
    'CONFIG_INVALID',
    member(protection, 'key_management') ?? protection,
    `${at}.${needed} is missing`,
    {
      hint: `key_management: ${keeper} needs it.`,
    },
  );
}

function hasRbac(security: ConfigNode | undefined): boolean {
  const rbac = member(security, 'rbac');
  return rbac?.kind === 'map' && isOn(rbac, 'enabled');
}

function nodeOf(root: ConfigNode, path: ConfigPath): ConfigNode | undefined {
  return path.reduce<ConfigNode | undefined>((node, key) => member(node, String(key)), root);
}

function keyOf(node: ConfigNode | undefined, key: string) {
  return node?.kind === 'map' ? node.entries.get(key)?.key : undefined;
}
