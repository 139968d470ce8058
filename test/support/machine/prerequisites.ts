import { softwareVulkan } from '../../conformance/software-vulkan.mjs';
import { findChromium } from '../browser/chromium.js';
import { startTestRedis } from './redis.js';

/** Fetches what the machine lacks before the files start, as two of them can't use the system's package manager at once. */
export default async function prepare(): Promise<void> {
  const redis = await startTestRedis();
  await redis.stop();
  await findChromium();
  softwareVulkan();
}
