/**
 * SwiftShader, a Vulkan driver that computes on the processor, so that WGSL runs where there is no GPU. Debian's
 * browser brings it, together with a Vulkan loader.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const packageName = 'chromium-common';
const files = ['libvk_swiftshader.so', 'vk_swiftshader_icd.json', 'libvulkan.so.1'];

function environmentOf(folder) {
  const libraries = [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  return { VK_DRIVER_FILES: join(folder, 'vk_swiftshader_icd.json'), LD_LIBRARY_PATH: libraries };
}

function isComplete(folder) {
  return files.every((name) => existsSync(join(folder, name)));
}

function cacheFolder() {
  const caches = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(process.env.RONDEL_CACHE ?? join(caches, 'rondel'), 'swiftshader');
}

function run(command, parameters, cwd) {
  const { status, error, stderr } = spawnSync(command, parameters, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    timeout: 600_000,
  });
  if (status === 0) return undefined;
  return `${command} ${parameters[0]}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`;
}

/** Downloads the package (its signature checked, as apt always does) and unpacks the three files; nothing is installed. */
function fetchInto(folder) {
  mkdirSync(join(folder, '..'), { recursive: true });
  const building = mkdtempSync(`${folder}-`);
  try {
    const download = () => run('apt-get', ['download', '-o', 'APT::Sandbox::User=', packageName], building);
    // Package lists may be missing or stale; only root may renew them.
    const failure = download() && (run('apt-get', ['update'], building) ?? download());
    if (failure) return failure;
    const archive = readdirSync(building).find((name) => name.endsWith('.deb'));
    const paths = files.map((name) => `./usr/lib/chromium/${name}`);
    const unpacked = run(
      'sh',
      ['-c', 'dpkg-deb --fsys-tarfile "$1" | tar -x --strip-components=4 "$2" "$3" "$4"', 'sh', archive, ...paths],
      building,
    );
    if (unpacked) return unpacked;
    rmSync(join(building, archive));
    if (!existsSync(folder)) renameSync(building, folder);
    return undefined;
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

/** The environment in which Dawn finds SwiftShader, or the reason why it is not to be had here. */
export function softwareVulkan() {
  const found = ['/usr/lib/chromium', cacheFolder()].find(isComplete);
  if (found !== undefined) return { environment: environmentOf(found) };
  if (process.platform !== 'linux') {
    return { reason: `no GPU with Vulkan, and SwiftShader is only fetched on Debian (this is ${process.platform})` };
  }
  console.log('Fetching SwiftShader from the Debian package chromium-common (80 MB, once) ...');
  const failure = fetchInto(cacheFolder());
  if (failure !== undefined) return { reason: `no GPU with Vulkan, and SwiftShader cannot be fetched (${failure})` };
  return { environment: environmentOf(cacheFolder()) };
}
