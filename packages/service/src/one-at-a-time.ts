/**
 * Runs of some work, one after the other: what a later one finds must not be overtaken by an earlier look.
 * @param work never rejects
 */
export function oneAtATime<T>(work: () => Promise<T>): () => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const next = last.then(work);
    last = next;
    return next;
  };
}
