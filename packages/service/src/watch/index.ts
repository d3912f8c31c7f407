/** The health of servers under test. */
export { startServerWatch, type ServerWatch, type ServerWatchSettings } from './watch-servers.ts';
