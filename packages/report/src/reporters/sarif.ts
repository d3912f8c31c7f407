import { defineReporter } from '../define.ts';

export default defineReporter({
  name: 'sarif',
  description: 'SARIF 2.1.0, for code scanning: what failed and what the protocol forbids, each by its rule',
  defaultFile: 'results.sarif',
  async create({ cwd }) {
    const { renderSarif } = await import('../sarif/render-sarif.ts');
    return { render: (result) => [renderSarif(result, cwd)] };
  },
});
