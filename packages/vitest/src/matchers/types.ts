import type { ListedTool, Session } from '@mcp-test-harness/core';
import type { MatcherMap } from '@mcp-test-harness/core/assertions';

/**
 * What a text has to be: exactly this; matched by this expression; or validations by name, as `text` of a suite takes
 * them, `{ contains: 'a', string_length: { max: 9 } }`. Vitest's asymmetric matchers will do too.
 */
export type TextExpectation = string | RegExp | MatcherMap | AsymmetricMatcher;

/** `expect.stringContaining('a')` and its kind. */
export interface AsymmetricMatcher {
  asymmetricMatch(other: unknown): boolean;
  toString(): string;
}

/** How {@link McpMatchers.toRespondWithin} measures a function. */
export interface RespondWithinOptions {
  /** How often the function is called, one call after the other; default 1. */
  readonly calls?: number | undefined;
  /** Calls before those that count; default 0. */
  readonly warmup?: number | undefined;
  /**
   * Which share of the calls must keep the limit, in percent; default: every call. A percentile needs three calls beyond it
   * (95: 60 calls, 99: 300), and is refused with fewer.
   */
  readonly percentile?: number | undefined;
}

/** What {@link McpMatchers.toHaveNoProtocolFindings} lets pass. */
export interface NoFindingsOptions {
  /** Rules that are known to be broken. */
  readonly except?: readonly string[] | undefined;
  /** Whether broken SHOULDs count too; default true. */
  readonly warnings?: boolean | undefined;
}

/**
 * Matchers for what a server answered. Each is asynchronous, takes the promise of a call as it is, and has to be awaited:
 * `await expect(mcp.callTool('echo')).toReturnText('hello')`. Where no answer came (timeout, crash) or the answer is a
 * JSON-RPC error, the assertion fails with and without `not`: an answer that is not there has no text that could differ.
 */
export interface McpMatchers {
  /** The answer is a success with this text, all its text blocks joined by line breaks. Without an argument: any text. */
  toReturnText(expected?: TextExpectation): Promise<void>;
  /** The answer is a success with this `structuredContent`, compared as by `toEqual`. Without an argument: any. */
  toReturnStructured(expected?: unknown): Promise<void>;
  /** The answer's `structuredContent` is valid under the `outputSchema` of the tool, which a session looks up by itself. */
  toMatchToolSchema(tool: ListedTool | Pick<Session, 'listTools'>): Promise<void>;
  /** The answer is a tool error (`isError`), with these words if they are given. */
  toBeToolError(expected?: TextExpectation): Promise<void>;
  /** The session has seen no violation of the protocol so far. */
  toHaveNoProtocolFindings(options?: NoFindingsOptions): Promise<void>;
  /**
   * The answer came within so many milliseconds: from just before the request was written to the last byte of the answer.
   * A function is called, once or `calls` times; each call must give the answer of one request, and a success.
   */
  toRespondWithin(limitMs: number, options?: RespondWithinOptions): Promise<void>;
}

declare global {
  /**
   * Vitest 4 and 5 give their `Assertion` different type parameters, so that no augmentation fits both. Both take over the
   * members of this one, which has none.
   */
  namespace Chai {
    interface Assertion extends McpMatchers {}
  }
}
