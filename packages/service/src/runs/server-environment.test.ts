import { describe, expect, it } from 'vitest';
import { serverEnvironment } from './server-environment.ts';

describe('the environment of servers under test', () => {
  it.each([
    'PATH',
    'Path',
    'HOME',
    'LANG',
    'LC_ALL',
    'TZ',
    'TMPDIR',
    'https_proxy',
    'NO_PROXY',
    'SystemRoot',
  ])('has %s of the service', (name) => {
    expect(serverEnvironment({ [name]: 'value' })).toEqual({ [name]: 'value' });
  });

  it.each([
    'DATABASE_URL',
    'VAULT_TOKEN',
    'SLACK_WEBHOOK_URL',
    'SMTP_PASSWORD',
    'AWS_SECRET_ACCESS_KEY',
    'GITHUB_TOKEN',
    'MCP_TEST_HARNESS_KEY',
    'NODE_OPTIONS',
    'MY_PATH',
    'LC_',
  ])('has not %s', (name) => {
    expect(serverEnvironment({ [name]: 'value' })).toEqual({});
  });

  it('has nothing that is not set', () => {
    expect(serverEnvironment({ PATH: undefined })).toEqual({});
  });
});
