import type { KeyProviderDefinition } from './define.ts';

/** Every key provider: a new one is a file in `providers` and a line here. */
export const keyProviders = {
  env: async () => (await import('./providers/env.ts')).default,
  file: async () => (await import('./providers/file.ts')).default,
  vault: async () => (await import('./providers/vault.ts')).default,
} as const satisfies Readonly<Record<string, () => Promise<KeyProviderDefinition<unknown>>>>;

export type KeyProviderName = keyof typeof keyProviders;
