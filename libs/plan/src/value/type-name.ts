const wrapper = /^RecoPlan\{(.+)\}$/s;

/** Takes `RecoPlan{T}` apart. */
export function splitTypeTag(tag: string): { type: string; wrapped: boolean } {
  const inner = wrapper.exec(tag)?.[1];
  return inner === undefined ? { type: tag, wrapped: false } : { type: inner, wrapped: true };
}

/** `_type` of a node as it stands in files. */
export function typeTag(node: { readonly type: string; readonly wrapped: boolean }): string {
  return node.wrapped ? `RecoPlan{${node.type}}` : node.type;
}

/** The bare name of a Julia type: `RadonKA.Geometry{Float32}` is `Geometry`. */
export function bareTypeName(type: string): string {
  const brace = type.indexOf('{');
  const withoutParameters = brace < 0 ? type : type.slice(0, brace);
  return withoutParameters.slice(withoutParameters.lastIndexOf('.') + 1).trim();
}
