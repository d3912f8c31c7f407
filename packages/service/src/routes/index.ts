/** The listeners of the service: health, metrics, and the API with its dashboard. */
export { isLoopback } from './access/local.ts';
export { createApiListener, type ApiListenerOptions } from './api-listener.ts';
export type * from './define.ts';
export { createHealthListener, type HealthListenerOptions } from './health.ts';
export type { ListenerTls } from './listener/create-listener.ts';
export { replaceCertificate, startListening } from './listener/listen.ts';
export { createMetricsListener } from './metrics.ts';
