import { z } from 'zod';
/** Placeholder until the assertion families land. */
export const expectedSchema = z.looseObject({});
export type Expected = z.output<typeof expectedSchema>;
export type * from './types.ts';
