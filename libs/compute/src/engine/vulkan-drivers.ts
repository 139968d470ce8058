import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

function listed(value: string | undefined, otherwise: string): string[] {
  return (value ?? otherwise).split(delimiter).filter((folder) => folder !== '');
}

/** Where the Vulkan loader looks for drivers on Linux ("LoaderDriverInterface.md" of the Vulkan loader). */
function driverFolders(environment: NodeJS.ProcessEnv): string[] {
  const home = environment.HOME ?? homedir();
  return [
    environment.XDG_CONFIG_HOME ?? join(home, '.config'),
    ...listed(environment.XDG_CONFIG_DIRS, '/etc/xdg'),
    '/etc',
    environment.XDG_DATA_HOME ?? join(home, '.local', 'share'),
    ...listed(environment.XDG_DATA_DIRS, '/usr/local/share:/usr/share'),
  ].map((folder) => join(folder, 'vulkan', 'icd.d'));
}

function manifestsIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return [];
    throw error;
  }
}

/** The Vulkan drivers that this environment declares, by the names of their manifests. Says nothing about GPUs. */
export function declaredVulkanDrivers(environment: NodeJS.ProcessEnv): string[] {
  const chosen = environment.VK_DRIVER_FILES ?? environment.VK_ICD_FILENAMES;
  if (chosen !== undefined) return listed(chosen, '');
  const added = listed(environment.VK_ADD_DRIVER_FILES, '');
  return [...added, ...driverFolders(environment).flatMap(manifestsIn)];
}

const loader = 'libvulkan.so.1';

/**
 * Why the Vulkan loader, which finds the drivers, cannot be used on Linux; undefined when it can. Node.js loads any
 * library, and complains about one that is no addon only afterwards.
 */
export function vulkanLoaderProblem(library = loader): string | undefined {
  try {
    process.dlopen({ exports: {} }, library);
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return message.includes('did not self-register') ? undefined : message;
  }
  return undefined;
}
