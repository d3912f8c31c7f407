/** Files that more than one process writes: each step of it, and the lock that makes writers wait for each other. */
export { codeOf, fileOperations, type FileOperations } from './file-operations.ts';
export { withLock, type LockOptions } from './lock.ts';
