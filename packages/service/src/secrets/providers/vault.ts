import { z } from 'zod';
import { readProtectedFile } from '../../protected-file.ts';
import { defineKeyProvider, type KeyProvider } from '../define.ts';
import { fromBase64, toKey } from '../local-keys.ts';
import { createVaultClient } from '../vault-client.ts';

const segment = z.string().regex(/^[\w.-]+(?:\/[\w.-]+)*$/, 'expected a name');
const path = z.string().min(1);

export const vaultOptions = z
  .strictObject({
    endpoint: z.url({ protocol: /^https?$/, error: 'expected a URL' }),
    /** Where the transit engine is mounted. */
    mount: segment.default('transit'),
    key_name: segment,
    namespace: segment.optional(),
    auth: z
      .discriminatedUnion('method', [
        z.strictObject({
          method: z.literal('token'),
          token_variable: z.string().min(1).default('VAULT_TOKEN'),
          token_file: path.optional(),
        }),
        z.strictObject({
          method: z.literal('approle'),
          mount: segment.default('approle'),
          role_id: z.string().min(1),
          secret_id_file: path,
        }),
        z.strictObject({
          method: z.literal('kubernetes'),
          mount: segment.default('kubernetes'),
          role: z.string().min(1),
          jwt_file: path.default('/var/run/secrets/kubernetes.io/serviceaccount/token'),
        }),
      ])
      .default({ method: 'token', token_variable: 'VAULT_TOKEN' }),
    ca_file: path.optional(),
    timeout_ms: z.int().min(100).max(60_000).default(5000),
    /** Tokens and keys would travel in the clear. */
    allow_http: z.boolean().default(false),
  })
  .superRefine(({ endpoint, allow_http: allowed }, context) => {
    // What is no URL has been told already.
    if (!URL.canParse(endpoint)) return;
    const { protocol, hostname, username, password } = new URL(endpoint);
    if (username !== '' || password !== '')
      context.addIssue({ code: 'custom', path: ['endpoint'], message: 'must hold no user and no password' });
    if (protocol === 'https:' || allowed || /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname))
      return;
    context.addIssue({
      code: 'custom',
      path: ['endpoint'],
      message: 'must be https, since tokens and keys travel there (allow_http: true permits it all the same)',
    });
  });

/** HashiCorp Vault and OpenBao: the transit engine makes data keys, and unwraps them. */
export default defineKeyProvider({
  name: 'vault',
  options: vaultOptions,
  async create(options, { env }): Promise<KeyProvider> {
    const ca =
      options.ca_file === undefined
        ? undefined
        : await readProtectedFile(options.ca_file, { what: 'the authority of Vault', secret: false });
    const client = await createVaultClient({ options, env, ca: ca?.toString('latin1') });
    const keyOf = (plaintext: unknown) => {
      const bytes = typeof plaintext === 'string' ? fromBase64(plaintext) : undefined;
      if (bytes?.length !== 32) throw new Error('Vault answered without a key of 256 bits');
      return toKey(bytes);
    };
    return {
      name: 'vault',
      createDataKey: async () => {
        const { plaintext, ciphertext } = await client.call(
          `${options.mount}/datakey/plaintext/${options.key_name}`,
          { bits: 256 },
        );
        if (typeof ciphertext !== 'string' || !isWrapped(ciphertext))
          throw new Error('Vault answered without a wrapped key');
        return { key: keyOf(plaintext), wrapped: ciphertext };
      },
      unwrap: async (wrapped) => {
        if (!isWrapped(wrapped)) throw new Error('the wrapped key has another form');
        const { plaintext } = await client.call(`${options.mount}/decrypt/${options.key_name}`, {
          ciphertext: wrapped,
        });
        return keyOf(plaintext);
      },
      close: () => client.close(),
    };
  },
});

function isWrapped(text: string): boolean {
  return /^vault:v\d{1,9}:[A-Za-z0-9+/=]{1,2000}$/.test(text);
}
