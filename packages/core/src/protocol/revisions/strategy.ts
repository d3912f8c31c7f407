import type { Revision } from '../types.ts';
import type { Lifecycle } from '../lifecycle/types.ts';

/**
 * What one revision of the protocol does its own way: data, and the lifecycle that its era has.
 * Nothing else in the client asks for a revision by its date.
 */
export interface RevisionStrategy {
  readonly revision: Revision;
  /**
   * `handshake`: a conversation begins with `initialize` and has state. `stateless`: every request says all that the
   * server must know, and the server asks back in results.
   */
  readonly era: 'handshake' | 'stateless';
  readonly lifecycle: Lifecycle;
  /** A line may hold an array of messages. */
  readonly batches: boolean;
  /** Headers that every HTTP message after the agreement carries. */
  readonly httpHeaders: Readonly<Record<string, string>>;
  /** Requests that a server may send → the client capability that it needs, '' for none. */
  readonly serverRequests: Readonly<Record<string, string>>;
  /** Notifications that a server may send → the path of the server capability that it needs, '' for none. */
  readonly serverNotifications: Readonly<Record<string, string>>;
  /** Client capabilities as declared in this revision's form, by name. */
  readonly clientCapabilities: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Rules that are a SHOULD in this revision though they are a MUST in others. */
  readonly advisory: ReadonlySet<string>;
  /** URL of a section such as `basic/lifecycle#initialization`. */
  spec(section: string): string;
}

/** Builds `spec` for a revision; `pages` names what moved between revisions (`messages`, `batching`). */
export function specLinks(
  revision: Revision,
  pages: Readonly<Record<string, string>>,
): (section: string) => string {
  const root = `https://modelcontextprotocol.io/specification/${revision}`;
  return (section) => {
    const [page = '', anchor] = section.split('#');
    const moved = pages[page] ?? page;
    return `${root}/${moved}${anchor === undefined ? '' : `#${anchor}`}`;
  };
}
