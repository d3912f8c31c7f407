import { lookUp } from './look-up.ts';
import type { RevisionStrategy } from './revisions/strategy.ts';
import { methodSection, rules, type RuleId } from './rules.ts';
import type { Finding } from './types.ts';
import { copyStart } from './recorder.ts';

const sampleLimit = 500;
const messageLimit = 500;
const maxDistinctMessages = 5;

interface Entry {
  readonly messages: string[];
  readonly sample: string | undefined;
  count: number;
  moreMessages: boolean;
}

/** Collects violations: one entry per rule with a count, the first sample, and up to five different messages. */
export class FindingLog {
  readonly #entries = new Map<string, Entry>();

  /** Notes one violation. `sample` is the raw message that shows it. */
  report(rule: RuleId | `schema.${string}`, message: string, sample?: string): void {
    const entry = this.#entries.get(rule);
    if (entry === undefined) {
      this.#entries.set(rule, {
        messages: [cut(message, messageLimit)],
        sample: sample === undefined ? undefined : cut(sample, sampleLimit),
        count: 1,
        moreMessages: false,
      });
      return;
    }
    entry.count += 1;
    if (entry.moreMessages || entry.messages.includes(message)) return;
    if (entry.messages.length < maxDistinctMessages) entry.messages.push(cut(message, messageLimit));
    else entry.moreMessages = true;
  }

  /** Everything found so far, worded for that revision. */
  list(revision: RevisionStrategy): readonly Finding[] {
    return Array.from(this.#entries, ([rule, entry]) => toFinding(rule, entry, revision));
  }
}

function toFinding(rule: string, entry: Entry, revision: RevisionStrategy): Finding {
  const known = lookUp<(typeof rules)[RuleId]>(rules, rule);
  const section = known?.spec ?? methodSection(rule.slice('schema.'.length));
  return {
    rule,
    severity: revision.advisory.has(rule) ? 'warning' : (known?.severity ?? 'error'),
    message: entry.messages.join('; ') + (entry.moreMessages ? '; and others' : ''),
    spec: revision.spec(section),
    count: entry.count,
    sample: entry.sample,
  };
}

/** Shortens a text for people; says so with an ellipsis. */
export function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${copyStart(text, limit)}…`;
}
