/** Who may do what, and how the API speaks TLS. No file holds a key that works. */
export const accessFiles: Readonly<Record<string, string>> = {
  'rbac.yaml': `# Roles and users of the API. Only the owner of this file may write it. Reload it with SIGHUP.
roles:
  - name: test-operator
    permissions: ["test:run", "test:view", "report:view"]
  - name: test-admin
    permissions: ["test:*", "config:*", "baseline:*", "report:*"]
  - name: read-only
    permissions: ["test:view", "report:view"]

# \`mcp-test-harness rbac create-key --user admin\` makes a key, and prints what belongs here:
#
# users:
#   - username: admin
#     role: test-admin
#     api_keys:
#       - hash: "sha256:…"
#         expires_at: "2027-12-31T00:00:00Z"
users: []
`,
  'tls-config.yaml': `# TLS of the API. config/production.yaml names this file under security.tls once the certificates are there.
# Paths are relative to this file. Renewed certificates are taken up without a restart.
tls:
  cert_file: tls/server.crt
  key_file: tls/server.key
  # Clients that prove who they are by a certificate; rbac.yaml maps its name to a user.
  # client_auth: require
  # client_ca_file: tls/clients-ca.crt
  min_version: "1.2"
`,
};
