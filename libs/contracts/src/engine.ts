import { Type, type Static } from 'typebox';

export const engineNames = ['tensorflow', 'webgpu', 'wasm'] as const;

export const EngineNameSchema = Type.Enum(engineNames, {
  description: 'What a worker computes with.',
});
export type EngineName = Static<typeof EngineNameSchema>;
