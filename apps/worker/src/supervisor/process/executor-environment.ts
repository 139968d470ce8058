/** What a process, its engine and its drivers look at; names in capitals, as Windows is the only one to take others. */
const needed: readonly RegExp[] = [
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|TZ|TMPDIR|TMP|TEMP|SYSTEMROOT|DISPLAY)$/,
  /^(LC|XDG|WAYLAND)_/,
  /^(LD_LIBRARY_PATH|LD_PRELOAD|DYLD_.*)$/,
  // Node.js itself: memory limits, certificates, where packages lie.
  /^(NODE_ENV|NODE_OPTIONS|NODE_PATH|NODE_EXTRA_CA_CERTS|NODE_V8_COVERAGE|UV_THREADPOOL_SIZE)$/,
  // Graphics cards: Vulkan and its drivers, CUDA, ROCm, TensorFlow.
  /^(VK|MESA|LIBGL|GALLIUM|RADV|ANV|INTEL|DRI|EGL|__GL|__GLX|DAWN)_/,
  /^(CUDA|NVIDIA|NCCL|HIP|ROCR|HSA|GPU|TF|XLA|OMP|MKL|KMP)_/,
  /^RONDEL_(TENSORFLOW_DIR|CACHE)$/,
];

/**
 * The environment of a process that runs code of reconstruction packages on data from anywhere: what it needs to compute,
 * and what the operator names. The address of Redis with its password is not among it.
 *
 * @param names Further variables that packages need, by name.
 */
export function executorEnvironment(
  environment: NodeJS.ProcessEnv,
  names: readonly string[] = [],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value !== undefined && (names.includes(name) || needed.some((pattern) => pattern.test(name)))
        ? [[name, value]]
        : [],
    ),
  );
}
