/** schema/run-result.schema.json, from the zod schema of a run's result. */
import { runResultJsonSchema } from '../../packages/report/src/result-schema.ts';
import type { Generator } from '../generate.ts';

const generator: Generator = {
  name: 'result-schema',
  committed: true,
  files: async () => ({
    'schema/run-result.schema.json': `${JSON.stringify(runResultJsonSchema(), null, 2)}\n`,
  }),
};
export default generator;
