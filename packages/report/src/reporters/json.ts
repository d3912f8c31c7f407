import { defineReporter } from '../define.ts';
import { jsonParts } from '../text/json-parts.ts';

export default defineReporter({
  name: 'json',
  description: 'The whole result, for programs; `report` renders it again and merges several',
  defaultFile: 'results.json',
  create: () => ({
    *render(result) {
      yield* jsonParts(result);
      yield '\n';
    },
  }),
});
