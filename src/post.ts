/** Entry of the post step. */
const { runPost } = await import('./run-post.ts');
await runPost();

export {};
