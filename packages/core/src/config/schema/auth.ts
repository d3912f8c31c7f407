import { z } from 'zod';

/** How the harness gets the tokens that a url server asks for. */
export const authSchema = z
  .strictObject({
    type: z.literal('oauth').describe('OAuth 2.1 as the protocol revisions define it.'),
    grant: z
      .enum(['client_credentials', 'authorization_code'])
      .describe(
        'client_credentials: the harness acts for itself. authorization_code: with PKCE, for an authorization server that consents without a person.',
      ),
    client_id: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Of a client that is registered already. Default: `client_metadata_url`, else the harness registers itself.',
      ),
    client_secret: z.string().min(1).optional().describe('Its secret, e.g. ${CLIENT_SECRET}.'),
    private_key: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Key of a client that proves itself by private_key_jwt, instead of a secret: a PEM file (PKCS #8), relative to this file, or the PEM text itself.',
      ),
    signing_algorithm: z
      .enum(['ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'])
      .default('ES256')
      .describe('What `private_key` signs with.'),
    client_metadata_url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('https URL of a client id metadata document, for authorization servers that take such ids.'),
    scopes: z
      .array(z.string().min(1))
      .optional()
      .describe('Asked for instead of those that the server names.'),
    redirect_uri: z
      .url()
      .optional()
      .describe(
        'Where the authorization server sends the code; nothing has to listen there. Default: http://127.0.0.1/callback.',
      ),
    issuer: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe(
        'The authorization server that credentials may be shown to. Default: the first that the server names.',
      ),
    step_up: z
      .boolean()
      .default(true)
      .describe('false: a 403 `insufficient_scope` stands, instead of asking for the scopes that it names.'),
  })
  .describe('How to get the tokens that the server asks for, instead of an Authorization under `headers`.');
