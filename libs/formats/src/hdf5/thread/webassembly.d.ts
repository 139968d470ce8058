// Node.js has these, but its types do not; what is used here of https://webassembly.github.io/spec/js-api/.
declare namespace WebAssembly {
  interface Instance {
    readonly exports: object;
  }
  const Instance: new (module: Module, imports: object) => Instance;
  let instantiate: (
    program: Uint8Array<ArrayBuffer>,
    imports: object,
  ) => Promise<{ readonly module: Module; readonly instance: Instance }>;
}
