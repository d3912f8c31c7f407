export { defineTransport, type TransportDefinition, type TransportName } from './define.ts';
export { transports } from './registry.ts';
export type {
  ArrivalContext,
  OutgoingMessage,
  OversizedMessage,
  Transport,
  TransportLimits,
  TransportSink,
} from './types.ts';
