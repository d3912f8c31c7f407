import { HarnessError } from '../../errors.ts';
import type { BaselineStore, BaselineStoreDefinition, StoreContext } from './define.ts';
import { baselineStores } from './registry.ts';

export type BaselineStoreName = keyof typeof baselineStores;

type OptionsOf<Name extends BaselineStoreName> =
  Awaited<ReturnType<(typeof baselineStores)[Name]>> extends BaselineStoreDefinition<infer Options>
    ? Options
    : never;

/**
 * Opens a store; nothing is read or written yet.
 * @throws HarnessError USAGE for options that it does not take
 */
export async function openBaselineStore<Name extends BaselineStoreName>(
  name: Name,
  options: OptionsOf<Name>,
  context: StoreContext,
): Promise<BaselineStore> {
  const definition = (await baselineStores[name]()) as BaselineStoreDefinition<OptionsOf<Name>>;
  const { success, data, error } = definition.options.safeParse(options);
  if (!success) {
    const [issue] = error.issues;
    throw new HarnessError({
      code: 'USAGE',
      message: `baseline store ${name}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`,
    });
  }
  return await definition.create(data, context);
}
