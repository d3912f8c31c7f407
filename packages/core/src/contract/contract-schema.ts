/** The document of a contract as a zod schema: the source of its types and of schema/mcp-contract.schema.json. */
import { z } from 'zod';
import type { JsonObject } from '../json.ts';
import { contractVersion } from './document-version.ts';

const jsonObject = z.record(z.string(), z.unknown()) as unknown as z.ZodType<JsonObject>;
const title = z.string().optional().describe('For people');
const description = z.string().optional().describe('What models read');
const annotations = jsonObject.optional();

const tool = z.strictObject({
  name: z.string(),
  title,
  description,
  inputSchema: jsonObject.optional().describe('JSON Schema of the arguments, as the server gives it'),
  outputSchema: jsonObject.optional().describe('JSON Schema of structuredContent'),
  annotations: annotations.describe('Hints: readOnlyHint, destructiveHint, ...'),
  execution: jsonObject.optional().describe('How it may be called: taskSupport'),
});

const resource = z.strictObject({
  uri: z.string(),
  name: z.string().optional(),
  title,
  description,
  mimeType: z.string().optional(),
  annotations,
});

const resourceTemplate = z.strictObject({
  uriTemplate: z.string(),
  name: z.string().optional(),
  title,
  description,
  mimeType: z.string().optional(),
  annotations,
});

const promptArgument = z.strictObject({
  name: z.string(),
  title,
  description,
  required: z.boolean().optional(),
});

const prompt = z.strictObject({
  name: z.string(),
  title,
  description,
  arguments: z.array(promptArgument).optional(),
});

const tokens = z.int().nonnegative();

export const contractSchema = z
  .strictObject({
    $schema: z.string().optional(),
    version: z.literal(contractVersion).describe('Version of this document'),
    server: z.strictObject({
      name: z.string(),
      title,
      version: z.string().optional().describe('Noted, and no part of what is compared'),
    }),
    protocolRevisions: z.array(z.string()).describe('Revisions of MCP that were agreed on with the server'),
    capabilities: jsonObject,
    instructions: z.string().optional(),
    tools: z.array(tool).describe('By name'),
    resources: z.array(resource).describe('By uri'),
    resourceTemplates: z.array(resourceTemplate).describe('By uriTemplate'),
    prompts: z.array(prompt).describe('By name'),
    contextCost: z
      .strictObject({
        tokenizer: z.string(),
        total: tokens.describe('Of all tools and the instructions'),
        tools: z.record(z.string(), tokens).describe('Of each tool'),
      })
      .describe('What tools/list and the instructions cost a context, in tokens'),
  })
  .describe('What an MCP server offers its callers');

/** What a server offers its callers. */
export type Contract = z.infer<typeof contractSchema>;
export type ContractTool = z.infer<typeof tool>;
export type ContractResource = z.infer<typeof resource>;
export type ContractResourceTemplate = z.infer<typeof resourceTemplate>;
export type ContractPrompt = z.infer<typeof prompt>;

/** The JSON Schema (2020-12) of the document. */
export function contractJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(contractSchema, { io: 'input', unrepresentable: 'any' });
  return { $schema, title: 'Contract of an MCP server', ...schema };
}
