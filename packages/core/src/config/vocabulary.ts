/** The names of keys, taken from the schema. */
import { configSchema } from './schema.ts';
import { globalSchema } from './schema/global.ts';

/** Keys that are resolved before the schema sees the tree. */
export const preMergeKeys = ['extends', 'include', 'environments'];

/** Sections that one file may hold and an environment may overlay. */
export const sectionKeys: readonly string[] = Object.keys(configSchema.shape);

/** All keys at the top of a file. */
export const topLevelKeys: readonly string[] = [...sectionKeys, ...preMergeKeys];

/** Keys of `global`, which an environment may give without naming the section. */
export const globalKeys: readonly string[] = Object.keys(globalSchema.shape);
