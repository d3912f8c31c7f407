import { isJsonObject } from '../json.ts';
import type { JsonValue } from '../json.ts';
import type { FeatureKind } from './types.ts';

/** Which member of a request's params names what it uses. */
const namedBy: Readonly<Record<string, { readonly kind: FeatureKind; readonly member: string }>> = {
  'tools/call': { kind: 'tools', member: 'name' },
  'resources/read': { kind: 'resources', member: 'uri' },
  'prompts/get': { kind: 'prompts', member: 'name' },
};

/** What the tests on one server have got an answer for. */
export class UsedFeatures {
  readonly #names = new Map<FeatureKind, Set<string>>();

  /** Notes a request that was answered, by a result or an error. */
  note(method: string, params: JsonValue | undefined): void {
    const named = Object.hasOwn(namedBy, method) ? namedBy[method] : undefined;
    if (named === undefined || !isJsonObject(params)) return;
    const name = params[named.member];
    if (typeof name !== 'string') return;
    const known = this.#names.get(named.kind);
    if (known === undefined) this.#names.set(named.kind, new Set([name]));
    else known.add(name);
  }

  /** Names of tools and prompts that were used, URIs of resources that were read. */
  of(kind: FeatureKind): ReadonlySet<string> {
    return this.#names.get(kind) ?? new Set();
  }
}
