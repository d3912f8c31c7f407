import { isPostgresStore, type Store } from '../store/index.ts';
import type { RunQueue } from './define.ts';
import { createMemoryQueue } from './memory.ts';

/** The queue that fits a store: pg-boss where several replicas share it, else none beside the store itself. */
export async function openQueue(
  store: Store,
  settings: { readonly onError?: ((error: Error) => void) | undefined } = {},
): Promise<RunQueue> {
  if (!isPostgresStore(store)) return createMemoryQueue(store);
  return (await import('./pg-boss.ts')).openPgBossQueue({ ...settings, store });
}
