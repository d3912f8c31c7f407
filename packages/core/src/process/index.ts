export { endAllServers, killAllServers } from './live-servers.ts';
export { runTagVariable } from './run-tag.ts';
export { startServerProcess } from './spawn.ts';
export type * from './types.ts';
