export { createAuthorizer } from './authorizer.ts';
export { withAuthorizer } from './with-authorizer.ts';
export { isAuthorizer } from './types.ts';
export type * from './types.ts';
