import { HarnessError } from '@mcp-test-harness/core/errors';
import { z } from 'zod';
import { defineKeyProvider } from '../define.ts';
import { localKeys } from '../local-keys.ts';

export default defineKeyProvider({
  name: 'env',
  options: z.strictObject({ variable: z.string().min(1).default('MCP_TEST_HARNESS_ENCRYPTION_KEY') }),
  async create({ variable }, { env }) {
    const text = env[variable];
    if (text === undefined) {
      throw new HarnessError({
        code: 'CONFIG_VARIABLE_UNSET',
        message: `the environment variable ${variable} is not set`,
        hint: 'It holds the encryption key: openssl rand -hex 32 makes one.',
      });
    }
    return localKeys('env', text, `the environment variable ${variable}`);
  },
});
