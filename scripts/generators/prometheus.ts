/** deploy/prometheus: what `config prometheus` and `config prometheus-rules` print for a configuration of defaults. */
import { renderPrometheus, renderPrometheusRules } from '../../packages/cli/src/metrics/prometheus-files.ts';
import { configSchema } from '../../packages/core/src/config/schema.ts';
import type { Generator } from '../generate.ts';

const generator: Generator = {
  name: 'prometheus',
  committed: true,
  files: async () => {
    const config = configSchema.parse({});
    return {
      'deploy/prometheus/prometheus.yml': await renderPrometheus(config, {}),
      'deploy/prometheus/mcp-test-harness-rules.yml': await renderPrometheusRules(config),
    };
  },
};
export default generator;
