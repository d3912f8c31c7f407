import type { ClientInfo } from './types.ts';

/** How the harness names itself; the version is that of the package's manifest, which a test holds it to. */
export const harnessClientInfo: ClientInfo = { name: 'mcp-test-harness', version: '0.1.0' };
