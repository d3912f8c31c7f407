/** docs/scorecard.md: what `npm run scorecard` found out about real servers. */
import type { Generator } from '../generate.ts';
import { renderScorecard } from '../scorecard/render.ts';
import { readScores } from '../scorecard/results.ts';

const generator: Generator = {
  name: 'scorecard',
  committed: true,
  files: async () => ({ 'docs/scorecard.md': renderScorecard(await readScores()) }),
};
export default generator;
