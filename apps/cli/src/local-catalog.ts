import { radonManifest } from '@rondel/radon/manifest';
import { createRegistry, type Registry } from '@rondel/reco';

/** The node types and built-in plans of the packages that this command brings along; needs no server. */
export function localRegistry(): Registry {
  return createRegistry([radonManifest]);
}
