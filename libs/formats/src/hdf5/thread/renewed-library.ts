import { openLibrary, type Hdf5Library } from '../library/library.js';

type Started = (instance: WebAssembly.Instance, program: WebAssembly.Module) => void;

/** What Emscripten's programs take to start with (MODULARIZE). They become the object that has it. */
interface StartOptions {
  readonly noInitialRun: true;
  readonly instantiateWasm: (imports: object, started: Started) => object;
}

/**
 * libhdf5 as it was when it started: with new memory, a new file system and none of what it has opened. Takes a few milliseconds, as
 * its program is not compiled again.
 *
 * h5wasm's classes know libhdf5 as an object that they got when they were loaded, so the new one takes its place in there.
 */
export async function renewedLibrary(
  { module }: Hdf5Library,
  program: Promise<WebAssembly.Module>,
): Promise<Hdf5Library> {
  const [start, compiled] = await Promise.all([startOfLibrary(), program]);
  for (const name of Object.keys(module)) Reflect.deleteProperty(module, name);
  await start(
    Object.assign(module, {
      noInitialRun: true,
      instantiateWasm(imports: object, started: Started) {
        started(new WebAssembly.Instance(compiled, imports), compiled);
        return {};
      },
    } as const),
  );
  return openLibrary();
}

/** What h5wasm starts libhdf5 with; it lies beside what it exports. */
async function startOfLibrary(): Promise<(options: StartOptions) => Promise<unknown>> {
  const place = new URL('./hdf5_util.js', import.meta.resolve('h5wasm')).href;
  const loaded: unknown = await import(place);
  if (isLibraryFile(loaded)) return loaded.default;
  throw new Error('The installed h5wasm cannot start libhdf5 anew.');
}

interface LibraryFile {
  readonly default: (options: StartOptions) => Promise<unknown>;
}

function isLibraryFile(loaded: unknown): loaded is LibraryFile {
  return typeof loaded === 'object' && loaded !== null && 'default' in loaded && typeof loaded.default === 'function';
}
