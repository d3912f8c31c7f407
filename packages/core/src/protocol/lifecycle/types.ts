import type { JsonObject } from '../../json.ts';
import type { RevisionStrategy } from '../revisions/strategy.ts';
import type { RuleId } from '../rules.ts';
import type { ClientBehaviour, ClientInfo, Exchange, Revision } from '../types.ts';

/** What both sides agreed on at the beginning of a conversation. */
export interface Agreement {
  readonly strategy: RevisionStrategy;
  readonly serverInfo: JsonObject;
  readonly capabilities: JsonObject;
  readonly instructions: string | undefined;
}

/** What a lifecycle needs of the session that it opens. */
export interface LifecyclePort {
  readonly client: ClientBehaviour;
  readonly clientInfo: ClientInfo;
  /** The strategy for a version that a server names; undefined when we do not speak it. */
  strategyFor(version: unknown): RevisionStrategy | undefined;
  /** Sends a request within what is left of the start-up time. */
  exchange(method: string, params: JsonObject, options?: OpeningOptions): Promise<Exchange>;
  /** The answers to come will be judged by that revision, so that its schemas can load meanwhile. */
  expects(revision: Revision): void;
  notify(method: string, params?: JsonObject): void;
  finding(rule: RuleId, message: string, sample?: string): void;
  /** How long the server has had the request that was sent first; 0 while that one waits for a token. */
  waitedMs(): number;
}

interface OpeningOptions {
  readonly signal?: AbortSignal | undefined;
  /** Of this one message, where the channel has headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** How a conversation of one era begins. */
export interface Lifecycle {
  /**
   * Agrees with the server on a revision; when `pinned`, on the one asked for and no other.
   * @throws HarnessError PROTOCOL_VERSION_UNSUPPORTED, PROTOCOL_ERROR_ANSWER, PROTOCOL_MALFORMED_ANSWER, and all of `exchange`
   */
  open(port: LifecyclePort, asked: RevisionStrategy, pinned: boolean): Promise<Agreement>;
}
