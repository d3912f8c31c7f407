import type { Config } from '@mcp-test-harness/core/config';
import type { ApiSettings, EncryptionSettings, SecuritySettings } from './define.ts';
import { secondMs } from './units.ts';

type SecurityConfig = Config['security'];
type DataProtectionConfig = SecurityConfig['data_protection'];

const loopback = '127.0.0.1';
const defaultApi = {
  enabled: true,
  host: undefined,
  port: 8443,
  requests_per_minute: 600,
  trusted_proxies: [],
  dashboard: true,
};

export function readSecurity(security: SecurityConfig, host: string): SecuritySettings {
  const rbacFile = security.rbac?.enabled === true ? security.rbac.config_file : undefined;
  return {
    api: readApi(security, rbacFile !== undefined, host),
    rbacFile,
    audit: security.enable_audit_logging
      ? {
          file: security.audit_log_path,
          keyFile: security.audit_key_file ?? `${security.audit_log_path}.key`,
        }
      : undefined,
    encryption: readEncryption(security.data_protection),
  };
}

/** There is an API where one is asked for, or where it is said who may use it. */
function readApi({ api, tls }: SecurityConfig, hasRbac: boolean, host: string): ApiSettings | undefined {
  if (api === undefined && !hasRbac) return undefined;
  const settings = api ?? defaultApi;
  if (!settings.enabled) return undefined;
  const tlsFile = tls?.config_file;
  return {
    host: settings.host ?? (hasRbac && tlsFile !== undefined ? host : loopback),
    port: settings.port,
    tlsFile,
    requestsPerMinute: settings.requests_per_minute,
    trustedProxies: settings.trusted_proxies,
    dashboard: settings.dashboard,
  };
}

function readEncryption(protection: DataProtectionConfig): EncryptionSettings | undefined {
  const { key_management: provider } = protection;
  if (!protection.encrypt_sensitive_data || provider === undefined) return undefined;
  switch (provider) {
    case 'vault':
      return { provider, options: vaultOptions(protection) };
    case 'env':
      return { provider, options: given({ variable: protection.key_variable }) };
    case 'file':
      return { provider, options: given({ path: protection.key_file }) };
  }
}

function vaultOptions({ vault, vault_endpoint: endpoint }: DataProtectionConfig) {
  const { auth } = vault;
  return given({
    endpoint,
    mount: vault.mount,
    key_name: vault.key,
    namespace: vault.namespace,
    // The provider knows which of them belong to the method.
    auth: given({ ...auth }),
    ca_file: vault.ca_file,
    timeout_ms: Math.round(vault.timeout_seconds * secondMs),
    allow_http: vault.allow_http,
  });
}

/** Variables of the environment that hold secrets of the encryption. */
export function secretVariables({ data_protection: protection }: SecurityConfig): readonly string[] {
  return [
    protection.key_variable ?? 'MCP_TEST_HARNESS_ENCRYPTION_KEY',
    protection.vault.auth.token_variable ?? 'VAULT_TOKEN',
  ];
}

/** Without what is undefined: the providers' schemas are strict. */
function given(options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
