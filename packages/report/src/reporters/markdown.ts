import { defineReporter } from '../define.ts';

export default defineReporter({
  name: 'markdown',
  description: 'A summary for comments and job summaries',
  defaultFile: 'report.md',
  async create({ cwd }) {
    const { renderMarkdown } = await import('../markdown/render-markdown.ts');
    return { render: (result) => [renderMarkdown(result, cwd)] };
  },
});
