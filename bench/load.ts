/** Makes `total` calls one after the other. */
export async function inSequence(total: number, call: () => Promise<unknown>): Promise<void> {
  for (let index = 0; index < total; index += 1) await call();
}

/** Makes `total` calls, `width` of them under way at any time. */
export async function inParallel(total: number, width: number, call: () => Promise<unknown>): Promise<void> {
  let left = total;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await call();
    }
  };
  await Promise.all(Array.from({ length: width }, work));
}
