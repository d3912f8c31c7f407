import { z } from 'zod';
import { httpUrl, listenPort, name, network, path } from './values.ts';

const rbacSchema = z
  .strictObject({
    enabled: z.boolean().default(true).describe('false: whoever reaches the API may do everything.'),
    config_file: path().optional().describe('The file of roles and users, rbac.yaml.'),
  })
  .describe('Who may do what through the API. Without it the API listens on loopback only.');

const tlsSchema = z
  .strictObject({ config_file: path().describe('The file of certificates and ciphers, tls-config.yaml.') })
  .describe('How the API speaks TLS. Without it: plain HTTP.');

const apiSchema = z
  .strictObject({
    enabled: z.boolean().default(true).describe('false: there is no API.'),
    host: name()
      .optional()
      .describe(
        'Address to listen on. Default: `service.host` where there are both `security.rbac` and `security.tls`, else 127.0.0.1.',
      ),
    port: listenPort().default(8443).describe('Port of the API and the dashboard; 0: any free one.'),
    requests_per_minute: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .default(600)
      .describe('How many requests one client may make in a minute; each replica counts for itself.'),
    trusted_proxies: z
      .array(network())
      .default([])
      .describe(
        'Networks of proxies whose X-Forwarded-For is believed, in CIDR notation. Default: none; what a proxy sends on counts as the proxy\'s.',
      ),
    dashboard: z.boolean().default(true).describe('false: no pages for people.'),
  })
  .describe('The API. Default: there is one where `security.rbac` is.');

const vaultAuthSchema = z
  .strictObject({
    method: z.enum(['token', 'approle', 'kubernetes']).default('token').describe('How we prove who we are.'),
    token_variable: name().optional().describe('Of token: variable that holds it. Default: VAULT_TOKEN.'),
    token_file: path().optional().describe('Of token: file that holds it, instead of a variable.'),
    mount: name().optional().describe('Of approle and kubernetes: where the method is mounted.'),
    role_id: name().optional().describe('Of approle.'),
    secret_id_file: path().optional().describe('Of approle.'),
    role: name().optional().describe('Of kubernetes.'),
    jwt_file: path().optional().describe('Of kubernetes. Default: the token of the service account.'),
  })
  .describe('How we log in to Vault.');

const vaultSchema = z
  .strictObject({
    mount: name().default('transit').describe('Where the transit engine is mounted.'),
    key: name().default('mcp-test-harness').describe('Name of the key in it.'),
    namespace: name().optional().describe('Of Vault Enterprise.'),
    auth: vaultAuthSchema.prefault({}),
    ca_file: path().optional().describe('Certificates of the authorities to trust: a PEM file.'),
    timeout_seconds: z.number().min(0.1).max(60).default(5).describe('Longest wait for an answer.'),
    allow_http: z
      .boolean()
      .default(false)
      .describe('Let keys travel in the clear, to an address that is not loopback.'),
  })
  .describe('The transit engine of HashiCorp Vault or OpenBao.');

const dataProtectionSchema = z
  .strictObject({
    encrypt_sensitive_data: z
      .boolean()
      .default(false)
      .describe(
        'Store reports, which hold what servers were sent and answered, encrypted by AES-256-GCM only. Without the key nothing is stored.',
      ),
    key_management: z
      .enum(['vault', 'env', 'file'])
      .optional()
      .describe('Who keeps the key that encrypts data keys.'),
    vault_endpoint: httpUrl().optional().describe('Of vault: its address, e.g. https://vault:8200.'),
    vault: vaultSchema.prefault({}),
    key_file: path().optional().describe('Of file: 64 hexadecimal digits that others may not read.'),
    key_variable: name()
      .optional()
      .describe('Of env: the variable that holds the key. Default: MCP_TEST_HARNESS_ENCRYPTION_KEY.'),
  })
  .describe('Encryption of what is stored.');

export const securitySchema = z
  .strictObject({
    enable_audit_logging: z
      .boolean()
      .default(false)
      .describe('Write down who did what. When it cannot be written, nothing is done.'),
    audit_log_path: path()
      .default('/var/log/mcp-test-harness/audit.log')
      .describe('The audit log.'),
    audit_key_file: path()
      .optional()
      .describe(
        'Key that signs its entries; `mcp-test-harness audit-log create-key` makes one. Default: the path of the log with `.key` behind it.',
      ),
    rbac: rbacSchema.optional(),
    tls: tlsSchema.optional(),
    api: apiSchema.optional(),
    data_protection: dataProtectionSchema.prefault({}),
  })
  .describe('Of `serve`: the API and who may use it, the audit log, encryption.');
