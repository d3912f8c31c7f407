import type { z } from 'zod';
import type { Retention } from '../apply-event.ts';
import type { Baseline, BaselineEvent } from '../document-schema.ts';

/** What a caller wants to happen; the store gives it its number. */
export type NewEvent = BaselineEvent extends infer Event
  ? Event extends BaselineEvent
    ? Omit<Event, 'sequence'>
    : never
  : never;

/** A baseline as it is found, readable or not. */
export interface FoundBaseline {
  /** Undefined when the document cannot be read far enough to tell. */
  readonly suite: string | undefined;
  /** For people: the file. */
  readonly place: string;
  readonly baseline: Baseline | undefined;
  /** Why it cannot be read. */
  readonly error?: Error | undefined;
}

/** An earlier state of a baseline, kept when another run was approved. */
export interface BaselineVersion {
  readonly number: number;
  readonly baseline: Baseline | undefined;
  readonly error?: Error | undefined;
}

/** What came of a rebuild. */
export interface Rebuilt {
  readonly baseline: Baseline;
  readonly events: number;
  /** Lines of the journal that could not be read, and are lost. */
  readonly faultyLines: readonly number[];
  /** `journal`, or the previous version that was the newest readable thing. */
  readonly from: string;
}

/**
 * Where baselines are kept, one a suite. A reader sees the state before a write or the one after it, never half of one;
 * two writers at the same time write one after the other.
 */
export interface BaselineStore {
  /** For people: the directory. */
  readonly place: string;
  /** Names of the suites that have a baseline, or what one can be rebuilt from. */
  suites(): Promise<readonly string[]>;
  /** Every document below the place, whoever wrote it. */
  list(): Promise<readonly FoundBaseline[]>;
  /**
   * Undefined when there is none.
   * @throws HarnessError IO_READ for one that is corrupt
   */
  read(suite: string): Promise<Baseline | undefined>;
  /**
   * Changes a baseline by what `decide` makes of its present state; undefined changes nothing.
   * @throws HarnessError IO_READ for one that is corrupt, IO_WRITE when it cannot be written or stays locked
   */
  change(
    suite: string,
    decide: (current: Baseline | undefined) => NewEvent | undefined,
  ): Promise<Baseline | undefined>;
  /** What happened, oldest first: who approved what and why. */
  events(suite: string): Promise<readonly BaselineEvent[]>;
  /** Earlier states, oldest first. */
  versions(suite: string): Promise<readonly BaselineVersion[]>;
  /**
   * Writes the document again from its journal, or where that is lost from the newest version that can be read.
   * @throws HarnessError IO_READ when neither holds an approved run
   */
  rebuild(suite: string): Promise<Rebuilt>;
  /**
   * Takes a document that cannot be read out of the way, so that another can be established.
   * @returns where it lies now; undefined when there was none
   */
  setAside(suite: string): Promise<string | undefined>;
  /** @throws HarnessError IO_WRITE when nothing can be written there; to be asked before a long measurement */
  probe(suite: string): Promise<void>;
}

/** What every store is told besides its own options. */
export interface StoreContext {
  readonly retention: Retention;
}

/** A kind of store. Its heavy dependencies are imported in `create`. */
export interface BaselineStoreDefinition<Options = never> {
  readonly name: string;
  readonly options: z.ZodType<Options>;
  create(options: Options, context: StoreContext): Promise<BaselineStore>;
}

/** Types a store's definition; see `registry.ts` for how it becomes known. */
export function defineBaselineStore<Options>(
  definition: BaselineStoreDefinition<Options>,
): BaselineStoreDefinition<Options> {
  return definition;
}
