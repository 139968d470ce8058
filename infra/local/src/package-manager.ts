import { findOnPath } from './executable.js';
import type { InstallOptions } from './missing-redis.js';
import { lastLines, runProgram } from './process-output.js';

/** A package manager that can install a Redis server without asking and without starting its service. */
interface PackageManager {
  readonly program: string;
  readonly parameters: readonly string[];
  /** Names of the package, tried in this order. */
  readonly packages: readonly string[];
  /** Homebrew refuses root, the others need it. */
  readonly needsRoot: boolean;
}

const managers: readonly PackageManager[] = [
  { program: 'brew', parameters: ['install'], packages: ['valkey', 'redis'], needsRoot: false },
  { program: 'dnf', parameters: ['install', '-y'], packages: ['valkey', 'redis'], needsRoot: true },
  { program: 'microdnf', parameters: ['install', '-y'], packages: ['valkey', 'redis'], needsRoot: true },
  { program: 'apk', parameters: ['add', '--no-cache'], packages: ['valkey', 'redis'], needsRoot: true },
  { program: 'pacman', parameters: ['-S', '--noconfirm'], packages: ['valkey', 'redis'], needsRoot: true },
  { program: 'zypper', parameters: ['--non-interactive', 'install'], packages: ['valkey', 'redis'], needsRoot: true },
];

const installMilliseconds = 600_000;

/** Installs with the first manager that may be used by this user. Returns why that failed, nothing when it worked. */
export async function installWithManager({
  environment,
  say,
  userId = process.getuid?.(),
}: InstallOptions): Promise<string | undefined> {
  const manager = await presentManager(environment);
  if (manager === undefined) return undefined;
  if (manager.needsRoot !== (userId === 0)) return undefined;
  let reason: string | undefined;
  for (const name of manager.packages) {
    say(`Redis is not installed: installing ${name} with ${manager.program}`);
    const result = await runProgram(manager.program, [...manager.parameters, name], {
      environment,
      timeoutMilliseconds: installMilliseconds,
    });
    if (result.code === 0) return undefined;
    reason = `${manager.program}: ${lastLines(result.output)}`;
  }
  return reason;
}

/** What the person has to type, as the beginning of a sentence. */
export async function installHint(environment: NodeJS.ProcessEnv): Promise<string> {
  const manager = await presentManager(environment);
  if (manager === undefined) return 'Install Redis (https://redis.io/docs/latest/operate/oss_and_stack/install/)';
  const command = [manager.program, ...manager.parameters, manager.packages.at(-1)].join(' ');
  return `Install it with \`${manager.needsRoot ? 'sudo ' : ''}${command}\``;
}

async function presentManager(environment: NodeJS.ProcessEnv): Promise<PackageManager | undefined> {
  for (const manager of managers) {
    if ((await findOnPath([manager.program], environment)) !== undefined) return manager;
  }
  return undefined;
}
