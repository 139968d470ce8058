/**
 * The program of libhdf5 in this thread, as machine code: h5wasm compiles it when it is loaded and shows it to nobody, so this
 * has to be loaded before.
 */
export const program = new Promise<WebAssembly.Module>((resolve) => {
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (source, imports) => {
    WebAssembly.instantiate = instantiate;
    const started = await instantiate(source, imports);
    resolve(started.module);
    return started;
  };
});
