/** The public API of @mcp-test-harness/report. */
export { defineReporter } from './define.ts';
export type { DocumentParts, Reporter, ReporterContext, ReporterDefinition } from './define.ts';
export { createReporter, reporters } from './registry.ts';
export { createMultiplexer } from './multiplexer.ts';
export type { NamedListener } from './multiplexer.ts';
export { journalLine, resultFromJournal } from './journal.ts';
export { inlineCode } from './markdown/escape.ts';
export { mergeRunResults } from './merge.ts';
export { parseJson } from './parse-json.ts';
export { parseRunResult } from './read-result.ts';
