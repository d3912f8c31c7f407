import type { Revision } from '../../types.ts';
import type { Definitions } from './dsl.ts';
import { resultDefinitions } from './results.ts';
import { serverMessageDefinitions } from './server-messages.ts';
import { sharedDefinitions, type Since } from './shared.ts';

/**
 * The schemas of one revision, written from its specification
 * (https://modelcontextprotocol.io/specification). What differs between revisions says since when.
 */
export function definitionsOf(revision: Revision): Definitions {
  const since: Since = (from, members) => (revision >= from ? members : {});
  return {
    ...sharedDefinitions(revision, since),
    ...resultDefinitions(since),
    ...serverMessageDefinitions(revision, since),
  };
}
