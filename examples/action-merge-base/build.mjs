// Writes dist/index.json: every beginning of a word → the words that begin so.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const index = {};
for (const line of readFileSync('words.txt', 'utf8').trim().split('\n')) {
  const [word] = line.split(' ');
  for (let length = 1; length <= word.length; length += 1) (index[word.slice(0, length)] ??= []).push(line);
}
mkdirSync('dist', { recursive: true });
writeFileSync('dist/index.json', JSON.stringify(index));
