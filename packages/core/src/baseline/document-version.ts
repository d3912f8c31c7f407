/** The version of the document that is written, and the newest that is read. */
export const baselineVersion = 1;
/** Where an editor finds the JSON Schema of the document. */
export const baselineSchemaUrl =
  'https://raw.githubusercontent.com/mcp-test-harness/mcp-test-harness/main/schema/baseline.schema.json';
