import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { formatError } from '../../file/data-errors.js';
import type { Hdf5Filter, Hdf5Module } from './library.js';
import type { OpenedHdf5 } from './opened-hdf5.js';

/** Filters that libhdf5 has built in: deflate, shuffle, fletcher32, szip, nbit, scaleoffset. */
const builtIn: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6]);

/**
 * Filters by their numbers in the registry of the HDF Group, and the plug-in of `h5wasm-plugins` that has the decoder: the
 * HDF Group's sources, compiled to WebAssembly, so a damaged file can harm no more than libhdf5's own memory.
 */
const plugins: ReadonlyMap<number, string> = new Map([
  [307, 'bz2'],
  [32000, 'lzf'],
  [32001, 'blosc'],
  [32004, 'lz4'],
  [32008, 'bshuf'],
  [32013, 'zfp'],
  [32015, 'zstd'],
  [32022, 'bitgroom'],
  [32023, 'bitround'],
  [32026, 'blosc2'],
]);

/**
 * Puts the decoders of a dataset where libhdf5 looks for them; those of other filters it never sees.
 *
 * Throws `DATA_FORMAT`, with its name, for a filter without a decoder.
 */
export function provideDecoders({ library, id, label }: OpenedHdf5, path: string): void {
  const { module } = library;
  for (const filter of module.get_dataset_filters(id, path)) {
    const plugin = plugins.get(filter.id);
    const inner = innerCodec(filter);
    if ((plugin === undefined && !builtIn.has(filter.id)) || inner !== undefined) {
      throw formatError(
        label,
        `${path} is stored with ${filterText(filter)}${inner === undefined ? '' : ` around ${inner}`}, which cannot be decoded here. Store it with another one: h5repack -f GZIP=4 IN OUT, where the filter is installed.`,
      );
    }
    if (plugin !== undefined) provide(module, plugin);
  }
}

function provide(module: Hdf5Module, plugin: string): void {
  const { FS } = module;
  const [folder = '/plugins'] = module.get_plugin_search_paths();
  const target = `${folder}/libH5Z${plugin}.so`;
  if (FS.analyzePath(target).exists) return;
  FS.mkdirTree(folder);
  FS.writeFile(
    target,
    readFileSync(createRequire(import.meta.url).resolve(`h5wasm-plugins/plugins/libH5Z${plugin}.so`)),
  );
}

/** Blosc wraps codecs of others, of which the plug-ins lack these. */
function innerCodec({ id, cd_values: values }: Hdf5Filter): string | undefined {
  const isBlosc = ['blosc', 'blosc2'].includes(plugins.get(id) ?? '');
  return isBlosc ? { 3: 'Snappy', 4: 'zlib' }[values[6] ?? 0] : undefined;
}

/** The name is whatever the file says. */
function filterText({ id, name }: Hdf5Filter): string {
  const said = name
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, 100);
  return `the HDF5 filter ${id}${said === '' ? '' : ` ("${said}")`}`;
}
