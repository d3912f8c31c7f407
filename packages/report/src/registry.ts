import { createFrom, type Reporter, type ReporterContext, type ReporterDefinition } from './define.ts';
import html from './reporters/html.ts';
import json from './reporters/json.ts';
import junit from './reporters/junit.ts';
import markdown from './reporters/markdown.ts';
import sarif from './reporters/sarif.ts';
import terminal from './reporters/terminal.ts';

/** Every reporter: names, descriptions and default files. What a reporter is made of is loaded when it is created. */
export const reporters: readonly ReporterDefinition[] = [terminal, json, junit, html, markdown, sarif];

/**
 * Loads and creates a reporter by name.
 * @throws HarnessError USAGE when there is none of that name
 */
export async function createReporter(name: string, context: ReporterContext): Promise<Reporter> {
  return await createFrom(reporters, name, context);
}
