import type { OAuthOptions } from '@mcp-test-harness/core';
import { HarnessError } from '@mcp-test-harness/core/errors';
import type { OptionDefinitions, ParsedArguments } from './command.ts';

/** Options that get a token for --url. More than these say is for a configuration. */
export const oauthOptions = {
  oauth: {
    type: 'string',
    value: 'GRANT',
    choices: ['client_credentials', 'authorization_code'],
    description: 'Get the token that --url asks for, in this way.',
  },
  'oauth-client-id': {
    type: 'string',
    value: 'ID',
    description: 'Client that is registered already. Default: --oauth authorization_code registers one.',
  },
  'oauth-client-secret': {
    type: 'string',
    value: 'VARIABLE',
    description: 'Name of the environment variable that holds its secret.',
  },
  'oauth-scope': {
    type: 'list',
    value: 'SCOPE',
    description: 'Asked for instead of the scopes that the server names. Repeatable.',
  },
} as const satisfies OptionDefinitions;

type Options = ParsedArguments<typeof oauthOptions>['options'];

/** @throws HarnessError USAGE when options do not go together, or the variable is not set */
export function readOAuth(
  options: Options,
  env: Readonly<Record<string, string | undefined>>,
): OAuthOptions | undefined {
  const { oauth: grant, 'oauth-client-id': clientId, 'oauth-scope': scopes } = options;
  const variable = options['oauth-client-secret'];
  if (grant === undefined) {
    const given = Object.entries({
      'oauth-client-id': clientId,
      'oauth-client-secret': variable,
      'oauth-scope': scopes[0],
    });
    const name = given.find(([, value]) => value !== undefined)?.[0];
    if (name === undefined) return undefined;
    throw usage(
      `--${name} means nothing without --oauth`,
      'Add --oauth client_credentials or authorization_code.',
    );
  }
  if (variable !== undefined && clientId === undefined) {
    throw usage('--oauth-client-secret is given without --oauth-client-id', 'A secret belongs to a client.');
  }
  if (grant === 'client_credentials' && variable === undefined) {
    throw usage(
      '--oauth client_credentials needs --oauth-client-id and --oauth-client-secret',
      'For example --oauth-client-id ci --oauth-client-secret CLIENT_SECRET, with the secret in $CLIENT_SECRET.',
    );
  }
  const clientSecret = variable === undefined ? undefined : env[variable];
  if (variable !== undefined && (clientSecret === undefined || clientSecret === '')) {
    throw usage(
      `--oauth-client-secret: the environment variable ${variable} is not set`,
      'Give the name of the variable, not the secret: a command line can be read by others.',
    );
  }
  return {
    type: 'oauth',
    grant: grant === 'client_credentials' ? grant : 'authorization_code',
    clientId,
    clientSecret,
    ...(scopes.length === 0 ? {} : { scopes }),
  };
}

function usage(message: string, hint: string): HarnessError {
  return new HarnessError({ code: 'USAGE', message, hint });
}
