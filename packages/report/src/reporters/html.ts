import { defineReporter } from '../define.ts';

export default defineReporter({
  name: 'html',
  description: 'One self-contained page with every exchange',
  defaultFile: 'report.html',
  async create({ cwd }) {
    const { renderHtml } = await import('../html/render-html.ts');
    return { render: (result) => renderHtml(result, cwd) };
  },
});
