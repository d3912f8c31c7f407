/** Entry of the post step. After a job that has told everything, nothing is loaded. */
import { readJobState } from './state.ts';

const state = readJobState(process.env);
if (state !== undefined && !state.isPublished) {
  const { runPost } = await import('./run-post.ts');
  await runPost(state);
}
