export { endAllServers, killAllServers } from './live-servers.ts';
export { startServerProcess } from './spawn.ts';
export type * from './types.ts';
