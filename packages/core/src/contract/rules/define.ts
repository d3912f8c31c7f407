import type { JsonValue } from '../../json.ts';
import type { ChangeKind, ContractChange } from '../types.ts';

/** What is known of every change with a code. */
export interface ChangeRule {
  readonly kind: ChangeKind;
  /** What happened, for the reference. */
  readonly title: string;
}

/** The rules of an area by their code. */
export type ChangeRules = Readonly<Record<string, ChangeRule>>;

/** Notes a change by one of the rules of an area. */
export type NoteChange<Rules extends ChangeRules> = (
  code: keyof Rules & string,
  path: string,
  values: readonly [before: JsonValue | undefined, after: JsonValue | undefined],
  reason: string,
) => void;

/** Gathers the changes that an area notes. */
export function gatherChanges<Rules extends ChangeRules>(
  rules: Rules,
  gather: (note: NoteChange<Rules>) => void,
): readonly ContractChange[] {
  const changes: ContractChange[] = [];
  gather((code, path, [before, after], reason) => {
    changes.push({ kind: rules[code]!.kind, code, path, before, after, reason });
  });
  return changes;
}

/** A JSON Pointer to a member, by the names that lead to it. */
export function pointer(...steps: readonly string[]): string {
  return steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The entries of two lists by a key: what is only in the one, only in the other, and in both. */
export function pairEntries<Entry>(
  before: readonly Entry[],
  after: readonly Entry[],
  keyOf: (entry: Entry) => string,
): {
  readonly removed: readonly Entry[];
  readonly added: readonly Entry[];
  readonly kept: readonly (readonly [before: Entry, after: Entry])[];
} {
  const earlier = new Map(before.map((entry) => [keyOf(entry), entry]));
  const later = new Map(after.map((entry) => [keyOf(entry), entry]));
  return {
    removed: before.filter((entry) => !later.has(keyOf(entry))),
    added: after.filter((entry) => !earlier.has(keyOf(entry))),
    kept: before.flatMap((entry) => {
      const other = later.get(keyOf(entry));
      return other === undefined ? [] : [[entry, other] as const];
    }),
  };
}
