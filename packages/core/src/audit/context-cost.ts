import type { ContextCost, Definitions } from './types.ts';
import { nameOf } from './walk.ts';

/**
 * What the tools and instructions cost in tokens of o200k_base (GPT-4o and later; other models count within some ten
 * per cent of it). A tool is counted as clients send it: name, description and input schema as JSON.
 */
export async function measureContextCost({ tools, instructions }: Definitions): Promise<ContextCost> {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
  const counted = tools.map((tool) => {
    const { name, description, inputSchema } = tool;
    return {
      name: nameOf(tool),
      tokens: countTokens(JSON.stringify({ name, description, input_schema: inputSchema })),
    };
  });
  const ofInstructions = instructions === undefined ? 0 : countTokens(instructions);
  return {
    tokenizer: 'o200k_base',
    tools: counted.toSorted((a, b) => b.tokens - a.tokens),
    totalTokens: counted.reduce((sum, { tokens }) => sum + tokens, ofInstructions),
  };
}
