import previous from './2024-11-05.ts';
import { specLinks, type RevisionStrategy } from './strategy.ts';

export default {
  ...previous,
  revision: '2025-03-26',
  batches: true,
  spec: specLinks('2025-03-26', { messages: 'basic', batching: 'basic' }),
} satisfies RevisionStrategy;
