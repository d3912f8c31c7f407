import { revisionStrategy } from '../protocol/revisions/index.ts';
import { supportedRevisions, type Revision } from '../protocol/types.ts';
import { quotes } from './quotes.ts';
import type { Check, Requirement, RevisionRange } from './types.ts';

/** The data of a check, without how it is judged. */
export function toRequirement({ run: _run, findings: _findings, ...requirement }: Check): Requirement {
  return { ...requirement, quote: requirement.quote ?? quotes[requirement.id] };
}

export function isWithin(revision: string, { from, until }: RevisionRange): boolean {
  return revision >= from && (until === undefined || revision <= until);
}

/** URL of the section in this revision; default: in the newest revision that has the requirement. */
export function specUrl({ spec, revisions }: Requirement, revision?: string): string {
  const wanted = revision ?? supportedRevisions.findLast((known) => isWithin(known, revisions));
  return wanted === undefined
    ? `https://modelcontextprotocol.io/specification/${revisions.from}/${spec}`
    : revisionStrategy(wanted as Revision).spec(spec);
}
