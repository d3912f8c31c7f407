import { resolve } from 'node:path';

const server = resolve(import.meta.dirname, '../fixtures/rude/server.js');

/** `server` of a configuration: the rude server with one of its behaviours; `sound` has no fault. */
export function rudeServer(behaviour = 'sound', more: object = {}): object {
  return { command: process.execPath, args: [server, behaviour], ...more };
}

/** The same as a command line. */
export function rudeCommand(behaviour = 'sound'): readonly string[] {
  return [process.execPath, server, behaviour];
}

/** A test whose tool answers with its own name. */
export function echoTest(id: string, more: object = {}): object {
  return { id, tool_name: 'echo', expected: { text: 'echo' }, ...more };
}

/** A configuration with one suite on the sound server. */
export function suiteOf(tests: readonly object[], more: object = {}): object {
  return { server: rudeServer(), test_suites: [{ name: 'suite', test_cases: tests }], ...more };
}
