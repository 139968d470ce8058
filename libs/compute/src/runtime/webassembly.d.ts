/** The part of Node's WebAssembly that the kernels use; TypeScript declares it only together with the whole DOM. */
declare namespace WebAssembly {
  /** `Exports` are the functions of its instances. */
  class Module<Exports = unknown> {
    constructor(bytes: Uint8Array);
    readonly [Symbol.toStringTag]: string;
    /** Of no value: keeps modules of different functions apart. */
    readonly exportsOf?: Exports;
  }
  interface MemoryDescriptor {
    /** Pages of 64 KiB. */
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }
  class Memory {
    constructor(descriptor: MemoryDescriptor);
    readonly buffer: SharedArrayBuffer;
    grow(pages: number): number;
  }
  class Instance<Exports> {
    constructor(module: Module<Exports>, imports: { readonly env: { readonly memory: Memory } });
    readonly exports: Exports;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}
