/** schema/mcp-contract.schema.json, from the zod schema of a contract. */
import { contractJsonSchema } from '../../packages/core/src/contract/contract-schema.ts';
import type { Generator } from '../generate.ts';

const generator: Generator = {
  name: 'contract-schema',
  committed: true,
  files: async () => ({
    'schema/mcp-contract.schema.json': `${JSON.stringify(contractJsonSchema(), null, 2)}\n`,
  }),
};
export default generator;
