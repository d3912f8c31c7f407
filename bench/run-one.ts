/** Runs one bench (`run-one.ts <file> <index>`) and prints its result as JSON: in a process of its own, so that what one bench does to the engine's optimisations is not the next one's burden. */
import { pathToFileURL } from 'node:url';
import { loadBenches } from './load-benches.ts';

const [file = '', index = '0'] = process.argv.slice(2);
const bench = (await loadBenches(pathToFileURL(file).href))[Number(index)];
if (bench === undefined) throw new Error(`${file} has no bench number ${index}`);
console.log(JSON.stringify(await bench.run()));
