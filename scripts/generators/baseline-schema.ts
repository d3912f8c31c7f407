/** schema/baseline.schema.json, from the zod schema of a baseline. */
import { baselineJsonSchema } from '../../packages/core/src/baseline/document-schema.ts';
import type { Generator } from '../generate.ts';

const generator: Generator = {
  name: 'baseline-schema',
  committed: true,
  files: async () => ({
    'schema/baseline.schema.json': `${JSON.stringify(baselineJsonSchema(), null, 2)}\n`,
  }),
};
export default generator;
