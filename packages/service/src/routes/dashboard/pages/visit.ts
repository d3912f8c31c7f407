import type { ServiceContext } from '../../define.ts';
import type { PageContent } from '../page.ts';
import type { Visitor } from '../visitors.ts';

/** What a page is made of: who asks, for what, and when. */
export interface Visit {
  readonly context: ServiceContext;
  readonly visitor: Visitor;
  readonly params: Readonly<Record<string, string>>;
  /** Of a name that is given several times, the first. */
  readonly query: Readonly<Record<string, string>>;
  /** ms since 1970. */
  readonly now: number;
}

export type RenderPage = (visit: Visit) => Promise<PageContent>;
