import type { TransportDefinition, TransportName } from './define.ts';

/** Every transport: a new one is a file beside this one and a line here. */
export const transports: { readonly [Name in TransportName]: () => Promise<TransportDefinition<Name>> } = {
  stdio: async () => (await import('./stdio.ts')).default,
  http: async () => (await import('./streamable-http.ts')).default,
  sse: async () => (await import('./sse.ts')).default,
  websocket: async () => (await import('./websocket.ts')).default,
};
