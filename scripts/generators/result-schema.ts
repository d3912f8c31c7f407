/** The schemas of the results in schema/, from the zod schemas with which they are read. */
import { benchmarkResultJsonSchema } from '../../packages/report/src/benchmark/result-schema.ts';
import { jobReportJsonSchema } from '../../packages/report/src/job/job-report-schema.ts';
import { runResultJsonSchema } from '../../packages/report/src/result-schema.ts';
import type { Generator } from '../generate.ts';

const generator: Generator = {
  name: 'result-schema',
  committed: true,
  files: async () => ({
    'schema/run-result.schema.json': toText(runResultJsonSchema()),
    'schema/benchmark-result.schema.json': toText(benchmarkResultJsonSchema()),
    'schema/job-report.schema.json': toText(jobReportJsonSchema()),
  }),
};
export default generator;

function toText(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
