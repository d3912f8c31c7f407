import { describeSuite } from '@mcp-test-harness/vitest';

describeSuite(new URL('./mcp-test-harness.yaml', import.meta.url));
