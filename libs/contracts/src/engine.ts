import { Type, type Static } from './schema.js';

export const engineNames = ['tensorflow', 'webgpu', 'wasm'] as const;

export const EngineNameSchema = Type.Enum(engineNames, {
  description: 'What a worker computes with.',
});
export type EngineName = Static<typeof EngineNameSchema>;
