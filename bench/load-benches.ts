import type { Bench } from './define.ts';

/** The benches that a `*.bench.ts` exports, one or a list. */
export async function loadBenches(url: string): Promise<readonly Bench[]> {
  const module = (await import(url)) as { readonly default: Bench | readonly Bench[] };
  return 'run' in module.default ? [module.default] : module.default;
}
