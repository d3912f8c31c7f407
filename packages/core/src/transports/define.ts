import type { SessionOptions } from '../protocol/types.ts';
import type { Transport, TransportLimits, TransportSink } from './types.ts';

/** The options of the transport with that name. */
type OptionsOf<Name extends TransportName> = Extract<
  SessionOptions,
  { readonly transport?: Name | undefined }
>;
export type TransportName = NonNullable<SessionOptions['transport']>;

/** One kind of channel. Its heavy dependencies are imported when it is opened. */
export interface TransportDefinition<Name extends TransportName = TransportName> {
  readonly name: Name;
  /** Name of the target in messages when the options give none: the command, the URL. */
  describe(options: OptionsOf<Name>): string;
  create(options: OptionsOf<Name>, sink: TransportSink, limits: TransportLimits): Transport;
}

/** Types a transport's definition; see `registry.ts` for how it becomes known. */
export function defineTransport<const Name extends TransportName>(
  definition: TransportDefinition<Name>,
): TransportDefinition<Name> {
  return definition;
}
