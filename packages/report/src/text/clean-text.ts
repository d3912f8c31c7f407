export { cleanLine, cleanText } from '@mcp-test-harness/core/clean-text';
