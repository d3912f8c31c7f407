/** A value that is there already, or will be. Callers on a hot path take the synchronous way when they can. */
export type MaybePromise<T> = T | Promise<T>;

export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return value instanceof Promise;
}

/** Continues at once when the value is there, later otherwise. */
export function after<T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return isPromise(value) ? afterPromise(value, next) : next(value);
}

async function afterPromise<T, U>(value: Promise<T>, next: (value: T) => MaybePromise<U>): Promise<U> {
  return next(await value);
}
