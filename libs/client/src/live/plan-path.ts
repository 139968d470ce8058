const bareName = /^[\p{L}_][\p{L}\p{N}_!]*$/u;
const position = /^[1-9]\d{0,8}$/;

/** A path and the name of a property of what it leads to, or a position in a list counted from 1. */
export function appendName(path: string, name: string): string {
  if (position.test(name)) return `${path}[${name}]`;
  return joinPath(path, bareName.test(name) ? name : JSON.stringify(name));
}

/** Two paths, the second one from where the first one ends. */
export function joinPath(path: string, inner: string): string {
  if (path === '' || inner === '') return path + inner;
  return inner.startsWith('[') ? path + inner : `${path}.${inner}`;
}
