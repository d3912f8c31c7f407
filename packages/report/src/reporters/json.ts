import { defineReporter } from '../define.ts';

export default defineReporter({
  name: 'json',
  description: 'The whole result, for programs; `report` renders it again and merges several',
  defaultFile: 'results.json',
  create: () => ({ render: (result) => `${JSON.stringify(result, null, 2)}\n` }),
});
