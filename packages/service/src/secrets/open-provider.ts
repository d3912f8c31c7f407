import { HarnessError } from '@mcp-test-harness/core/errors';
import { suggestName } from '@mcp-test-harness/core/nearest';
import type { KeyProvider, KeyProviderContext, KeyProviderDefinition } from './define.ts';
import { keyProviders, type KeyProviderName } from './registry.ts';

/**
 * Makes the key provider with that name.
 * @throws HarnessError CONFIG_INVALID naming every option that is wrong, without its value
 */
export async function openKeyProvider(
  name: string,
  options: unknown,
  context: KeyProviderContext,
): Promise<KeyProvider> {
  const { definition, options: read } = await readProviderOptions(name, options);
  return await definition.create(read, context);
}

/**
 * Holds options to the schema of a key provider.
 * @throws HarnessError CONFIG_INVALID naming every option that is wrong, without its value
 */
export async function readProviderOptions(
  name: string,
  options: unknown,
): Promise<{ readonly definition: KeyProviderDefinition<unknown>; readonly options: unknown }> {
  if (!Object.hasOwn(keyProviders, name)) {
    throw new HarnessError({
      code: 'CONFIG_INVALID',
      message: `there is no key provider ${JSON.stringify(name)}`,
      hint: suggestName(name, Object.keys(keyProviders), { what: 'providers' }),
    });
  }
  const definition: KeyProviderDefinition<unknown> = await keyProviders[name as KeyProviderName]();
  const parsed = definition.options.safeParse(options);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || name}: ${message}`);
    throw new HarnessError({
      code: 'CONFIG_INVALID',
      message: `the key provider ${name}: ${issues.join('; ')}`,
    });
  }
  return { definition, options: parsed.data };
}
