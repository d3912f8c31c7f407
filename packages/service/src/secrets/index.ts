/** Encryption of what is stored, and secrets kept out of what is logged. */
export type { DataKey, KeyProvider, KeyProviderContext, KeyProviderDefinition } from './define.ts';
export { createEncryptor, type Encryptor, type EncryptorOptions } from './encryptor.ts';
export { isSealed } from './envelope.ts';
export { openKeyProvider, readProviderOptions } from './open-provider.ts';
export { keyProviders, type KeyProviderName } from './registry.ts';
export { createScrubber, type ScrubbedError, type Scrubber } from './scrubber.ts';
