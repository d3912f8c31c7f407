/** Entry of the main step. It says at once that it runs; what that takes is loaded after. */
import { harnessVersion } from './version.ts';

process.stdout.write(`MCP Test Harness ${harnessVersion()}\n`);
const { runMain } = await import('./run-main.ts');
await runMain();
