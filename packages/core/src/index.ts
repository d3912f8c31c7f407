/** The public API of @mcp-test-harness/core. */
export * from './errors.ts';
export * from './json.ts';
export type * from './protocol/types.ts';
export type * from './process/types.ts';
export type * from './assertions/types.ts';
export type * from './runner/result.ts';
export type * from './runner/events.ts';
export type * from './plan/types.ts';
export type * from './config/types.ts';
