export { endAllServers, killAllServers } from './live-servers.ts';
export { residentBytesOf } from './resident-bytes.ts';
export { startServerProcess } from './spawn.ts';
export type * from './types.ts';
