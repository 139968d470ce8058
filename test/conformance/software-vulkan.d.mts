/** The environment in which Dawn finds SwiftShader, or the reason why it is not to be had here. */
export function softwareVulkan():
  | { readonly environment: Readonly<Record<'VK_DRIVER_FILES' | 'LD_LIBRARY_PATH', string>> }
  | { readonly reason: string };
