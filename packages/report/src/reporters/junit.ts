import { defineReporter } from '../define.ts';

export default defineReporter({
  name: 'junit',
  description: 'JUnit XML, for CI systems',
  defaultFile: 'junit.xml',
  async create({ cwd }) {
    const { renderJunit } = await import('../junit/render-junit.ts');
    return { render: (result) => [renderJunit(result, cwd)] };
  },
});
