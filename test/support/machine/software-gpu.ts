import { softwareVulkan } from '../../conformance/software-vulkan.mjs';

const found = softwareVulkan();

if ('reason' in found) console.warn(`Tests on the engine webgpu are skipped: ${found.reason}.`);

/** What a process needs in its environment to compute on SwiftShader; undefined, with the reason printed, without it. */
export const softwareGpu = 'reason' in found ? undefined : found.environment;
