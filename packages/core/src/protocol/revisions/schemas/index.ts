import type { Revision } from '../../types.ts';
import type { Definitions } from './dsl.ts';
import { resultDefinitions } from './results.ts';
import { serverMessageDefinitions } from './server-messages.ts';
import { sharedDefinitions, type Since, type Until } from './shared.ts';
import { statelessDefinitions } from './stateless.ts';

/**
 * The schemas of one revision, written from its specification
 * (https://modelcontextprotocol.io/specification). What differs between revisions says since when, or
 * until when.
 */
export function definitionsOf(revision: Revision): Definitions {
  const since: Since = (from, members) => (revision >= from ? members : {});
  const until: Until = (last, members) => (revision <= last ? members : {});
  return {
    ...sharedDefinitions(revision, since, until),
    ...resultDefinitions(revision, since, until),
    ...serverMessageDefinitions(revision, since, until),
    ...since('2026-07-28', statelessDefinitions()),
  };
}
