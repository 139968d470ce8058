const oldest = [20, 19];

/** A sentence for the person when this Node.js is too old, nothing when it will do. */
export function nodeTooOld(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return undefined;
  return `Rondel needs Node.js ${oldest.join('.')} or newer, and this is ${version}. Install a newer one from https://nodejs.org/ or with your version manager, e.g. \`nvm install 22\`.`;
}
