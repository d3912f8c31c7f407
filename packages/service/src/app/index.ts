/** The service as a whole: what `mcp-test-harness serve` starts. */
export { checkService } from './check-service.ts';
export { runService } from './run-service.ts';
export { startService, type Service, type ServiceAddresses, type StartOptions } from './start-service.ts';
