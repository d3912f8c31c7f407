import { defineReporter } from '../define.ts';

export default defineReporter({
  name: 'terminal',
  description: 'Live progress and a summary for people',
  defaultFile: undefined,
  async create(context) {
    const { createTerminalReporter } = await import('../terminal/terminal-reporter.ts');
    return createTerminalReporter(context);
  },
});
