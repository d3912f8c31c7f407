export const secondMs = 1000;
export const dayMs = 24 * 3600 * secondMs;
