import type { KeyObject } from 'node:crypto';
import type { z } from 'zod';

/** A key that encrypts data, and the same key as only its provider can read it. */
export interface DataKey {
  readonly key: KeyObject;
  readonly wrapped: string;
}

/** Keeps the keys that encrypt data keys; those keys themselves never leave it. */
export interface KeyProvider {
  readonly name: string;
  /** @throws an error whose text holds no secret when the provider cannot be reached or refuses */
  createDataKey(): Promise<DataKey>;
  /** @throws the same, or when the text was not wrapped by this provider */
  unwrap(wrapped: string): Promise<KeyObject>;
  close?(): Promise<void>;
}

/** What every provider is told besides its own options. */
export interface KeyProviderContext {
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A kind of provider. Its heavy dependencies are imported in `create`. */
export interface KeyProviderDefinition<Options> {
  readonly name: string;
  readonly options: z.ZodType<Options>;
  create(options: Options, context: KeyProviderContext): Promise<KeyProvider>;
}

/** Types a provider's definition; see `registry.ts` for how it becomes known. */
export function defineKeyProvider<Options>(
  definition: KeyProviderDefinition<Options>,
): KeyProviderDefinition<Options> {
  return definition;
}
