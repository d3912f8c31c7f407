/** Every kind of store: a new one is a file beside this one and a line here. */
export const baselineStores = {
  file: async () => (await import('./file.ts')).default,
} as const;
