import { engineNames, type EngineName } from '@rondel/contracts';

/** What a step takes on the engine that computes, or where nobody knows that, on the one of them that takes most. */
export function bytesOnEngine(engine: EngineName | undefined, bytesOn: (engine: EngineName) => number): number {
  return engine === undefined ? Math.max(...engineNames.map(bytesOn)) : bytesOn(engine);
}
