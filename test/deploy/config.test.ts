/** The configurations that are shipped, read by the service as it reads them when it starts. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeAuthority, makeCertificate } from '../../packages/service/src/tls/testing/certificates.ts';
import { temporaryFolders } from '../support/folders.ts';
import { runCli } from '../support/run-cli.ts';
import { deploy, readDeployed } from './support/deploy-files.ts';

const newFolder = temporaryFolders();

it.each(['compose/config', 'kubernetes/base/config'])(
  '%s would start: with secrets of ours in the place of those that are mounted',
  { timeout: 60_000 },
  async (folder) => {
    const { cert, key } = await makeCertificate(await makeAuthority('configurations'), {
      name: 'mcp-test-harness',
    });
    const secrets = newFolder({
      'tls.crt': cert,
      'tls.key': key,
      'rbac.yaml': { roles: [{ name: 'read-only', permissions: ['test:view'] }], users: [] },
      'audit.key': '',
    });
    writeFileSync(
      join(secrets, 'tls-config.yaml'),
      readDeployed(`${folder}/tls-config.yaml`).replaceAll(
        /\/etc\/mcp-test-harness\/(secrets|tls)/g,
        secrets,
      ),
    );
    writeFileSync(join(secrets, 'audit.key'), `${'ab'.repeat(32)}\n`);
    for (const name of ['tls.key', 'rbac.yaml', 'audit.key']) chmodSync(join(secrets, name), 0o600);
    const elsewhere = [
      `security.rbac.config_file=${join(secrets, 'rbac.yaml')}`,
      `security.tls.config_file=${join(secrets, 'tls-config.yaml')}`,
      `security.audit_key_file=${join(secrets, 'audit.key')}`,
      `security.audit_log_path=${join(secrets, 'audit.log')}`,
      `service.data_dir=${join(secrets, 'data')}`,
    ];
    const env = {
      CONFIG_PATH: join(deploy, folder, 'production.yaml'),
      ENVIRONMENT: 'production',
      MCP_SERVER_URL: 'https://mcp.example.test/mcp',
    };
    const args = ['serve', '--check', ...elsewhere.flatMap((value) => ['--set', value])];
    const { exitCode, stdout, stderr } = await runCli(args, { env });
    expect(`${exitCode} ${stdout}${stderr}`).toMatch(
      /^0 1 suites, 1 scheduled\ncore\/core-protocol {2}next /,
    );
  },
);
