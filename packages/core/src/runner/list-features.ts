import type { FeatureKind, FeatureList } from '../coverage/index.ts';
import { isHarnessError, toHarnessError } from '../errors.ts';
import { isJsonObject } from '../json.ts';
import type { Session } from '../protocol/types.ts';
import type { RunClock } from './clock.ts';

type ListMethod = Parameters<Session['listAll']>[0];

/** How each list is read: by a server that declares the capability, and what its entries are known by. */
const lists: readonly {
  readonly kind: FeatureKind;
  readonly method: ListMethod;
  readonly capability: string;
  readonly member: string;
  /** A longer list says little by its names, and would fill the report. */
  readonly most: number;
}[] = [
  { kind: 'tools', method: 'tools/list', capability: 'tools', member: 'name', most: 5000 },
  { kind: 'resources', method: 'resources/list', capability: 'resources', member: 'uri', most: 5000 },
  {
    kind: 'resource-templates',
    method: 'resources/templates/list',
    capability: 'resources',
    member: 'uriTemplate',
    most: 500,
  },
  { kind: 'prompts', method: 'prompts/list', capability: 'prompts', member: 'name', most: 5000 },
];

/** For all lists of a server together, in ms. */
const longestAskingMs = 10_000;
/** Of all names of a list. */
const mostCharacters = 1_000_000;
const methodNotFound = -32601;

/** What {@link listFeatures} needs of its run. */
export interface Asking {
  /** The run is cut off. */
  readonly signal: AbortSignal;
  readonly clock: RunClock;
}

/** All that a server says it has, within {@link longestAskingMs}. Never rejects: a list that cannot be read says why. */
export async function listFeatures(
  session: Session,
  { signal, clock }: Asking,
): Promise<readonly FeatureList[]> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const cancelTimer = clock.schedule(longestAskingMs, abort);
  signal.addEventListener('abort', abort, { once: true });
  try {
    const declared = lists.filter(({ capability }) => session.info.capabilities[capability] !== undefined);
    return await Promise.all(declared.map((list) => readList(session, list, controller.signal)));
  } finally {
    cancelTimer();
    signal.removeEventListener('abort', abort);
  }
}

async function readList(
  session: Session,
  { kind, method, member, most }: (typeof lists)[number],
  signal: AbortSignal,
): Promise<FeatureList> {
  try {
    const entries = await session.listAll(method, { signal });
    const values = entries.map((entry: unknown) => (isJsonObject(entry) ? entry[member] : undefined));
    const names = [...new Set(values.filter((value) => typeof value === 'string'))];
    const characters = names.reduce((sum, name) => sum + name.length, 0);
    if (names.length > most || characters > mostCharacters) {
      return { kind, notRead: `${method} lists more than ${most} names or ${mostCharacters} characters` };
    }
    return { kind, names };
  } catch (error) {
    // Resources need no templates, and many servers do not know the method.
    if (kind === 'resource-templates' && isMethodNotFound(error)) return { kind, names: [] };
    const reason = signal.aborted ? `not within ${longestAskingMs / 1000} s` : toHarnessError(error).message;
    return { kind, notRead: `${method}: ${reason}` };
  }
}

function isMethodNotFound(error: unknown): boolean {
  if (!isHarnessError(error) || error.code !== 'PROTOCOL_ERROR_ANSWER') return false;
  const answer = error.details?.['error'];
  return isJsonObject(answer) && answer['code'] === methodNotFound;
}
