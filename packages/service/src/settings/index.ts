/** What the configuration says of the service. */
export type * from './define.ts';
export { checkServiceFiles, type FileCheck } from './check-files.ts';
export { prepareDirectories } from './directories.ts';
export { loadService, type LoadedService, type ServiceSource } from './load.ts';
export { readServiceSettings } from './read.ts';
